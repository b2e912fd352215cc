/**
 * Return a time as every result writes it: RFC 3339 in UTC, in whole seconds, rounded down, as the
 * Astro API documents it.
 */
export function toRfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -5)}Z`
}

export function toRfc3339OrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : toRfc3339(epochMs)
}

/**
 * Read an RFC 3339 time, such as `2027-01-31T12:00:00Z` or `…T14:00:00.5+02:00`. Return epoch
 * milliseconds, rounded down. Return undefined for anything else: another spelling, a date that is
 * not in the calendar, an hour 24, a leap second.
 */
export function parseRfc3339(text: string): number | undefined {
  const [, date = '', time, fraction = '', offset = ''] = TIME.exec(text) ?? []
  const localMs = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  return isOnDay(localMs, date) ? localMs - parseOffset(offset) : undefined
}

/**
 * Read a date, such as `2027-01-31`. Return its start in UTC in epoch milliseconds; undefined if
 * the date is not in the calendar.
 */
export function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const startMs = Date.parse(`${text}T00:00:00Z`)
  return isOnDay(startMs, text) ? startMs : undefined
}

/** JavaScript turns 30 February into 2 March. Only a real date keeps its day. NaN is on no day. */
function isOnDay(epochMs: number, date: string): boolean {
  return new Date(epochMs).getUTCDate() === Number(date.slice(-2))
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

function parseOffset(offset: string): number {
  if (offset === 'Z') return 0
  const ms = Date.parse(`1970-01-01T${offset.slice(1)}:00Z`)
  return offset.startsWith('-') ? -ms : ms
}
