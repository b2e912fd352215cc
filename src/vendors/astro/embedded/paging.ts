import {ASTRO_LIMITS, type PageRequest, type Sorts} from '../api.ts'
import {invalidField} from '../validate.ts'

/** The fields of every page of a list, next to its items. */
interface PageInfo {
  limit: number
  offset: number
  totalCount: number
}

/**
 * Return the limit and offset of a page. INVALID if they are not whole numbers from 0, or if the
 * limit is above `limitMax`. The limit is not reduced silently: clients add the limit that they
 * sent to the offset, so they would skip rows after a shorter page (contracts/astro.md, 5.3).
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

/**
 * Return how many rows match. A page that is not full, and does not start after the last row, is
 * the last page. Then no count is needed.
 */
export async function countAll(
  {offset, limit}: {offset: number; limit: number},
  rows: unknown[],
  count: () => Promise<number>,
): Promise<number> {
  const isLast = rows.length < limit && (rows.length > 0 || offset === 0)
  return isLast ? offset + rows.length : count()
}

/** Return the rows of a page, in the requested order. Ties keep their order. */
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

/** Compare by code unit, so that the order is the same on every machine. */
function compare(a: string | number, b: string | number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
