import type {ListedToken} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {timeColumns} from '../tokens/token-columns.ts'

interface Listed {
  /** The tokens were deleted. */
  ended: boolean
  /** The tokens belong to several entities. */
  everywhere: boolean
}

/** Return the columns of a list of tokens. The first two are pinned (style.md, "Output"). */
export function tokenColumns(ui: HumanView, {ended, everywhere}: Listed): Column<ListedToken>[] {
  return [...liveColumns(ui, everywhere ? [ENTITY_COLUMN] : []), ...(ended ? [endedColumn(ui)] : [])]
}

/** If there are several entities, a command that changes a token must name the one that owns it. */
const ENTITY_COLUMN: Column<ListedToken> = {
  header: 'BELONGS TO',
  value: ({entityId}) => entityId,
  narrow: ({entityName, entityId}) => entityName ?? entityId,
  id: true,
}

function liveColumns(ui: HumanView, where: Column<ListedToken>[]): Column<ListedToken>[] {
  return [
    {header: 'ID', value: ({id}) => id, id: true},
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
