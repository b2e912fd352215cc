import {DAY_MS} from '../../lib/duration.ts'
import type {ListedToken} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'

/** A token that ends within this time stands out. */
const EXPIRES_SOON_MS = 14 * DAY_MS

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

/** Where there are several, whoever changes a token has to name what it belongs to. */
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
    {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt), dispensable: 1},
    {
      header: 'EXPIRES',
      value: ({expiresAt}) => ui.time(expiresAt, 'never'),
      style: ({expiresAt}, text) => styleExpiry(expiresAt, text, ui),
    },
    {header: 'LAST USED', value: ({lastUsedAt}) => ui.time(lastUsedAt, 'never'), dispensable: 0},
    {header: 'LAST ROTATED', value: ({lastRotatedAt}) => ui.time(lastRotatedAt, 'never'), dispensable: 3},
    {
      header: 'IN GRACE UNTIL',
      value: ({graceUntil}) => (graceUntil === null ? '' : ui.time(graceUntil)),
      style: (_, text) => ui.colors.yellow(text),
      optional: true,
    },
    {header: 'DESCRIPTION', value: ({description}) => description, shrink: true, dispensable: 2},
  ]
}

function endedColumn(ui: HumanView): Column<ListedToken> {
  return {header: 'ENDED', value: ({endedAt}) => ui.time(endedAt)}
}

function styleExpiry(expiresAt: string | null, text: string, {colors, nowMs}: HumanView): string {
  if (expiresAt === null) return text
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return colors.red(text)
  return leftMs <= EXPIRES_SOON_MS ? colors.yellow(text) : text
}
