import type {ListedToken} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {timeColumns} from '../tokens/token-columns.ts'

interface Listed {
  /** Tokens that were deleted. */
  ended: boolean
  /** Tokens of several entities. */
  everywhere: boolean
}

/** What lists show of a token. The first two are pinned (style.md, "Output"). */
export function tokenColumns(ui: HumanView, {ended, everywhere}: Listed): Column<ListedToken>[] {
  return [...liveColumns(ui, everywhere ? [ENTITY_COLUMN] : []), ...(ended ? [endedColumn(ui)] : [])]
}

/** Where there are several, a command that changes a token has to name what it belongs to. */
const ENTITY_COLUMN: Column<ListedToken> = {header: 'BELONGS TO', value: ({entityId}) => entityId}

function liveColumns(ui: HumanView, where: Column<ListedToken>[]): Column<ListedToken>[] {
  return [
    {header: 'ID', value: ({id}) => id},
    {header: 'NAME', value: ({name}) => name, shrink: true},
    {header: 'ROLE', value: ({role}) => role ?? '-', shrink: true},
    {header: 'SCOPE', value: ({scope}) => scope, dispensable: 5},
    ...where,
    {header: 'KIND', value: ({kind}) => kind, dispensable: 7},
    {header: 'SHORT TOKEN', value: ({shortToken}) => shortToken, dispensable: 6},
    ...timeColumns<ListedToken>(ui),
    {
      header: 'IN GRACE UNTIL',
      value: ({graceUntil}) => (graceUntil ? ui.time(graceUntil) : ''),
      style: (_, text) => ui.colors.yellow(text),
      optional: true,
    },
    {header: 'DESCRIPTION', value: ({description}) => description, shrink: true, dispensable: 2},
  ]
}

function endedColumn(ui: HumanView): Column<ListedToken> {
  return {header: 'ENDED', value: ({endedAt}) => ui.time(endedAt)}
}
