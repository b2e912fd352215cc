export const SECOND_MS = 1000
export const DAY_MS = 86_400_000
/** A year is 365 days in every duration, and a month 30. */
export const YEAR_MS = 365 * DAY_MS

export const DAY_SECONDS = DAY_MS / SECOND_MS

/** Longer texts are refused. The longest useful duration has about half as many characters. */
const LENGTH_MAX = 64

/** The seconds of y, mo, w, d, h, m, s: the order in which both forms write the units. */
const UNIT_SECONDS = [YEAR_MS / SECOND_MS, 30 * DAY_SECONDS, 7 * DAY_SECONDS, DAY_SECONDS, 3600, 60, 1]

const NUMBER = '(0|[1-9]\\d*)'
/** `(?=.)` requires at least one unit. */
const MIX = `(?=.)${optional('y', 'mo', 'w', 'd', 'h', 'm', 's')}`
const ISO = `P(?=.)${optional('Y', 'M', 'W', 'D')}(?:T(?=.)${optional('H', 'M', 'S')})?`

/**
 * `out-of-order`: the units repeat or are not sorted from the largest. `no-unit`: a plain number
 * where a unit is required.
 */
export type DurationFault = 'malformed' | 'out-of-order' | 'no-unit'

/**
 * Read a duration. Return its seconds, or what is wrong with it. These forms are accepted:
 *
 * - `90s 15m 12h 7d 4w 6mo 1y` and mixes of them (`1d12h`), the largest unit first and each at most
 *   once.
 * - The same in ISO 8601 (`P30D`, `PT12H`, `P1Y2M3DT4H`, where M before T is months). Weeks may
 *   stand next to other units, as java.time and Temporal accept them.
 * - A plain number, in units of `plainSeconds`. If that is null, a plain number is refused.
 *
 * There is only one spelling: lower case (in ISO 8601 upper case) and ASCII digits. A leading zero
 * (`astro` reads `030` as 24), a sign, a fraction, an exponent and a space are refused.
 *
 * The seconds are exact up to `Number.MAX_SAFE_INTEGER`. Above it, the result is only known to be
 * larger than that.
 */
export function parseDuration(text: string, plainSeconds: number | null): number | DurationFault {
  if (text.length > LENGTH_MAX) return 'malformed'
  if (fullMatch(NUMBER, text)) return plainSeconds === null ? 'no-unit' : Number(text) * plainSeconds
  const [, ...amounts] = fullMatch(MIX, text) ?? fullMatch(ISO, text) ?? []
  if (amounts.length > 0) return UNIT_SECONDS.reduce((sum, unit, at) => sum + Number(amounts[at] ?? 0) * unit, 0)
  return fullMatch(`(?:${NUMBER}(?:mo|[ywdhms]))+`, text) ? 'out-of-order' : 'malformed'
}

/** Return an amount with its unit: `1 day`, `30 days`. */
export function countWords(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

function optional(...units: string[]): string {
  return units.map((unit) => `(?:${NUMBER}${unit})?`).join('')
}

/** Match the whole text. Compile the pattern only now, because every start loads this module. */
function fullMatch(pattern: string, text: string): RegExpExecArray | null {
  return new RegExp(`^${pattern}$`).exec(text)
}
