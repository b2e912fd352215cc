import {ASTRO_LIMITS, type PageRequest, type Sorts} from '../api.ts'
import {invalidField} from '../validate.ts'

/** What every page of a list says beside its items. */
interface PageInfo {
  limit: number
  offset: number
  totalCount: number
}

/**
 * INVALID for anything but whole numbers from 0, and for a limit above the greatest: clients step by the limit they asked for, so a
 * shorter page would cost them rows without a word (contracts/astro.md, 5.3).
 */
export function bounds(
  {offset = 0, limit = ASTRO_LIMITS.pageLimitDefault}: PageRequest,
  limitMax: number = ASTRO_LIMITS.pageLimitMax,
): {offset: number; limit: number} {
  for (const [field, value] of Object.entries({offset, limit})) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw invalidField(field, 'min', `${field} must be a whole number from 0`)
  }
  if (limit > limitMax) throw invalidField('limit', 'max', `limit must be at most ${limitMax}`)
  return {offset, limit}
}

export function toPage(page: PageRequest, totalCount: number, limitMax?: number): PageInfo {
  return {...bounds(page, limitMax), totalCount}
}

/** How many rows match: a page that is not full, and is not behind the last row, shows it by itself. */
export async function countAll(
  {offset, limit}: {offset: number; limit: number},
  rows: unknown[],
  count: () => Promise<number>,
): Promise<number> {
  const isLast = rows.length < limit && (rows.length > 0 || offset === 0)
  return isLast ? offset + rows.length : count()
}

/** The rows of a page, in the order that is asked for; ties stay as they were. */
export function pick<Row extends Partial<Record<Field, string | number>>, Field extends string>(
  rows: Row[],
  page: PageRequest & {sorts?: Sorts<Field>},
  limitMax?: number,
): Row[] {
  const {offset, limit} = bounds(page, limitMax)
  return [...rows].sort(byFields(page.sorts ?? [])).slice(offset, offset + limit)
}

function byFields<Row extends Partial<Record<Field, string | number>>, Field extends string>(sorts: Sorts<Field>) {
  return (a: Row, b: Row): number => {
    for (const {field, descending} of sorts) {
      const order = compare(a[field] ?? '', b[field] ?? '')
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }
}

/** By code unit, so that the order is the same everywhere. */
function compare(a: string | number, b: string | number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
