export const SECOND_MS = 1000
export const DAY_MS = 86_400_000
/** A year is 365 days in every duration, and a month 30. */
export const YEAR_MS = 365 * DAY_MS

export const DAY_SECONDS = DAY_MS / SECOND_MS

/** Read no more than this: the longest duration that means something has about half as many characters. */
const LENGTH_MAX = 64

/** Of y, mo, w, d, h, m, s: the order in which both forms write them. */
const UNIT_SECONDS = [YEAR_MS / SECOND_MS, 30 * DAY_SECONDS, 7 * DAY_SECONDS, DAY_SECONDS, 3600, 60, 1]

const NUMBER = '(0|[1-9]\\d*)'
/** `(?=.)`: at least one unit has to follow. */
const MIX = `(?=.)${optional('y', 'mo', 'w', 'd', 'h', 'm', 's')}`
const ISO = `P(?=.)${optional('Y', 'M', 'W', 'D')}(?:T(?=.)${optional('H', 'M', 'S')})?`

/** `out-of-order`: a mix whose units repeat or do not begin with the largest. `no-unit`: a plain number where a unit is demanded. */
export type DurationFault = 'malformed' | 'out-of-order' | 'no-unit'

/**
 * Read a duration as seconds; for anything else, return what is wrong.
 *
 * Accepts `90s 15m 12h 7d 4w 6mo 1y` and mixes of them (`1d12h`), the largest unit first and each at most once; the same in ISO 8601
 * (`P30D`, `PT12H`, `P1Y2M3DT4H`, where M before T is months), with weeks also next to other units, as java.time and Temporal
 * read them; and a plain number of `plainSeconds`, or none if that is null. One spelling only: lower case (in ISO 8601 upper
 * case), ASCII digits without a leading zero (`030` is 24 to the `astro` binary), sign, fraction, exponent or space.
 *
 * The seconds are exact up to `Number.MAX_SAFE_INTEGER`; beyond it they are only known to be more.
 */
export function parseDuration(text: string, plainSeconds: number | null): number | DurationFault {
  if (text.length > LENGTH_MAX) return 'malformed'
  if (fullMatch(NUMBER, text)) return plainSeconds === null ? 'no-unit' : Number(text) * plainSeconds
  const [, ...amounts] = fullMatch(MIX, text) ?? fullMatch(ISO, text) ?? []
  if (amounts.length > 0) return UNIT_SECONDS.reduce((sum, unit, at) => sum + Number(amounts[at] ?? 0) * unit, 0)
  return fullMatch(`(?:${NUMBER}(?:mo|[ywdhms]))+`, text) ? 'out-of-order' : 'malformed'
}

/** `1 day`, `30 days`. */
export function countWords(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

function optional(...units: string[]): string {
  return units.map((unit) => `(?:${NUMBER}${unit})?`).join('')
}

/** Compiled when a duration is read: every start loads this module for its constants. */
function fullMatch(pattern: string, text: string): RegExpExecArray | null {
  return new RegExp(`^${pattern}$`).exec(text)
}
