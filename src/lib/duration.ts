import {AppError} from '../errors/app-error.ts'
import {toRfc3339} from './rfc3339.ts'

export const DAY_MS = 86_400_000

const HOUR_MS = 3_600_000
/** The longest period of an Astro token (contracts/astro.md, `tokenExpiryPeriodInDays`: 1 to 3650); ours for every vendor. */
const DAYS_MAX = 3650
const RANGE = `1 to ${DAYS_MAX} days`
const UNIT_MS: Readonly<Record<string, number>> = {h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS, y: 365 * DAY_MS}

/**
 * Read the value of `--expiration` as whole days, 1 to 3650, or null for `never`.
 *
 * Accepts `30`, a duration that is a whole number of days (`30d`, `48h`, `12w`, `1y` of 365 days), and a calendar date: whole
 * days from now until that day begins in UTC, rounded down, so that the token never outlives its date. One spelling only:
 * lower case, ASCII digits without a leading zero (`030` is 24 to the `astro` binary), sign, fraction, exponent or space.
 * 0 is refused, where `astro` makes a token that never ends (contracts/astro-cli.md, section 3, 13).
 *
 * @throws AppError USAGE for anything else.
 */
export function parseExpiration(text: string, nowMs: number): number | null {
  if (text === 'never') return null
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return daysUntil(text, nowMs)
  const durationMs = parseDuration(text)
  if (durationMs === undefined) {
    throw expirationError(
      text,
      `is not a number of days, a duration like 12w or 1y, a date like 2027-01-31, or never (${RANGE})`,
    )
  }
  if (durationMs <= 0 || durationMs > DAYS_MAX * DAY_MS) throw expirationError(text, `is out of range (${RANGE})`)
  if (durationMs % DAY_MS !== 0) throw expirationError(text, `is not a whole number of days (${RANGE})`)
  return durationMs / DAY_MS
}

/**
 * Read the value of a flag for a span of time, such as `--expiring-within 14d`, as milliseconds: 1 hour, the smallest unit, to 3650 days
 * or what `daysMax` says. Accepts whole numbers of days (`14`) or of h, d, w, y; hours need not make a whole day. Spelling as for `parseExpiration`.
 *
 * @param flag as the reader types it, with its dashes
 * @throws AppError USAGE that names the flag.
 */
export function parseWindow(flag: string, text: string, daysMax = DAYS_MAX): number {
  const windowMs = parseDuration(text)
  if (windowMs === undefined) {
    const problem = `is not a number of days or a duration like 12h, 14d, 2w or 1y (1h to ${daysMax} days)`
    throw windowError(flag, text, problem)
  }
  if (windowMs <= 0 || windowMs > daysMax * DAY_MS) {
    throw windowError(flag, text, `is out of range (1h to ${daysMax} days)`)
  }
  return windowMs
}

/** Milliseconds of `30`, `48h`, `30d`, `12w` or `1y`, of any size; undefined for every other spelling. */
function parseDuration(text: string): number | undefined {
  const [, digits, unit = 'd'] = /^(0|[1-9]\d*)([hdwy])?$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit]
  return digits === undefined || unitMs === undefined ? undefined : Number(digits) * unitMs
}

function daysUntil(date: string, nowMs: number): number {
  const startMs = Date.parse(`${date}T00:00:00Z`)
  // The engine turns 30 February into 2 March; a real date reads back as it was written.
  if (Number.isNaN(startMs) || toRfc3339(startMs).slice(0, 10) !== date) {
    throw expirationError(date, `is not a date of the calendar (${RANGE})`)
  }
  if (startMs <= nowMs) throw expirationError(date, `is not in the future (${RANGE})`)
  const days = Math.floor((startMs - nowMs) / DAY_MS)
  if (days < 1) throw expirationError(date, `is less than a whole day away (${RANGE}; a date begins at 00:00 UTC)`)
  if (days > DAYS_MAX) throw expirationError(date, `is out of range (${RANGE})`)
  return days
}

function expirationError(text: string, problem: string): AppError {
  return new AppError('USAGE', `Expiration ${JSON.stringify(text)} ${problem}`, {
    hint: 'Give a number of days, for example: --expiration 30',
  })
}

function windowError(flag: string, text: string, problem: string): AppError {
  return new AppError('USAGE', `${flag} ${JSON.stringify(text)} ${problem}`, {
    hint: `Give a number of days or a duration, for example: ${flag} 7d`,
  })
}
