import {DAY_MS} from '../../lib/duration.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'

/** A token that expires within this time is highlighted. */
const EXPIRES_SOON_MS = 14 * DAY_MS

type Times = Pick<TokenRecord, 'createdAt' | 'expiresAt' | 'lastUsedAt' | 'lastRotatedAt'>

/**
 * Return the columns of times of every list of tokens, in this order. A time that the vendor does
 * not report is shown differently from never.
 */
export function timeColumns<Row extends Times>(ui: HumanView): Column<Row>[] {
  return [
    {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt), dispensable: 1},
    {
      header: 'EXPIRES',
      value: ({expiresAt}) => ui.time(expiresAt, 'never'),
      style: ({expiresAt}, text) => styleExpiry(expiresAt, text, ui),
    },
    {header: 'LAST USED', value: ({lastUsedAt}) => ui.time(lastUsedAt, 'never'), dispensable: 0},
    {header: 'LAST ROTATED', value: ({lastRotatedAt}) => ui.time(lastRotatedAt, 'never'), dispensable: 3},
  ]
}

function styleExpiry(expiresAt: string | null | undefined, text: string, {colors, nowMs}: HumanView): string {
  if (!expiresAt) return text
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return colors.red(text)
  return leftMs <= EXPIRES_SOON_MS ? colors.yellow(text) : text
}
