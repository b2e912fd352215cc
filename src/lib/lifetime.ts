import {AppError} from '../errors/app-error.ts'
import {countWords, DAY_MS, DAY_SECONDS, type DurationFault, parseDuration, SECOND_MS} from './duration.ts'
import {quoteValue} from './quote-value.ts'
import {parseDate, parseRfc3339} from './rfc3339.ts'

/** How a vendor counts the lifetime of a token. */
export interface LifetimeRule {
  unit: 'second' | 'day'
  /** Whole numbers of the unit. */
  min: number
  max: number
  /** Refuse a plain number, which could be taken for another unit. */
  unitRequired: boolean
  /** Whether a token may live without an end. */
  never: boolean
}

export interface Lifetime {
  /** In the vendor's unit; null for never. */
  amount: number | null
  /**
   * The end in epoch milliseconds, if rounding made it a second or more earlier than the date or
   * time that was given. Otherwise null.
   */
  roundedEndMs: number | null
}

export interface LifetimeReading {
  /** The flag of the value, with its dashes. */
  flag: string
  rule: LifetimeRule
  nowMs: number
}

/**
 * Read a lifetime: a duration (`parseDuration`), a plain number in the vendor's unit, a date, an
 * RFC 3339 time, or `never`. A date means until 24:00 UTC of that day.
 *
 * Dates and times are rounded down to whole units, so that a token created now never outlives them.
 * A duration that is not whole units is refused. 0 is refused too: for 0, `astro` creates a token
 * that never ends (contracts/astro-cli.md, section 3, 13).
 *
 * @throws AppError USAGE that names the flag, the value as it was understood, and the limits.
 */
export function parseLifetime(text: string, reading: LifetimeReading): Lifetime {
  const {rule} = reading
  if (text === 'never' && rule.never) return {amount: null, roundedEndMs: null}
  if (text === 'never') throw refusal(text, 'is not possible: these tokens always end', reading)
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return parseEnd(text, reading)
  const seconds = parseDuration(text, rule.unitRequired ? null : secondsOfUnit(rule))
  if (typeof seconds !== 'number') throw refusal(text, faultWords(seconds, rule), reading)
  return {amount: countUnits(text, seconds, reading), roundedEndMs: null}
}

/** Return the limits in words: `1 to 3650 days`. */
export function lifetimeRange({unit, min, max}: LifetimeRule): string {
  return `${min} to ${countWords(max, unit)}`
}

/** Return the longest lifetime in milliseconds; Infinity if a token may live without an end. */
export function findMaxLifetimeMs(rule: LifetimeRule): number {
  return rule.never ? Number.POSITIVE_INFINITY : rule.max * secondsOfUnit(rule) * SECOND_MS
}

/** Return the forms in which a lifetime can be written, in words. */
export function lifetimeForms({unit, unitRequired, never}: LifetimeRule): string {
  const forms = [
    ...(unitRequired ? [] : [`a number of ${unit}s`]),
    unit === 'day' ? 'a duration like 12w, 6mo, 1y or P30D' : 'a duration like 90m, 12h, 1d12h or PT12H',
    'a date like 2027-01-31',
    'a time like 2027-01-31T12:00:00Z',
    ...(never ? ['never'] : []),
  ]
  return `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}

/** Return a duration in whole units. */
function countUnits(text: string, seconds: number, reading: LifetimeReading): number {
  const {rule} = reading
  const amount = seconds / secondsOfUnit(rule)
  checkRange({text, amount, whole: amount}, reading)
  if (Number.isInteger(amount)) return amount
  const [below, above] = [Math.floor(amount), Math.ceil(amount)].map((whole) => `${whole}${rule.unit.charAt(0)}`)
  throw refusal(
    text,
    `is ${figure(amount, rule)}, and only whole ${rule.unit}s count; the nearest that work: ${below} and ${above}`,
    reading,
  )
}

/** Return the lifetime in whole units until a date is over or until a time. */
function parseEnd(text: string, reading: LifetimeReading): Lifetime {
  const {rule, nowMs} = reading
  const endMs = readEnd(text, reading)
  if (endMs <= nowMs) throw refusal(text, 'is not in the future; a date ends at 24:00 UTC', reading)
  const unitMs = secondsOfUnit(rule) * SECOND_MS
  const amount = (endMs - nowMs) / unitMs
  const whole = Math.floor(amount)
  checkRange({text, amount, whole, suffix: ' away'}, reading)
  const wholeEndMs = nowMs + whole * unitMs
  return {amount: whole, roundedEndMs: endMs - wholeEndMs < SECOND_MS ? null : wholeEndMs}
}

function readEnd(text: string, reading: LifetimeReading): number {
  const startMs = parseDate(text)
  if (startMs !== undefined) return startMs + DAY_MS
  const endMs = parseRfc3339(text)
  if (endMs !== undefined) return endMs
  if (parseRfc3339(`${text}Z`) !== undefined) {
    throw refusal(text, 'has no time zone: add Z for UTC, or an offset such as +02:00', reading)
  }
  throw refusal(text, 'is not a date of the calendar like 2027-01-31, or a time like 2027-01-31T12:00:00Z', reading)
}

/**
 * Throw if `whole` is out of range. `whole` is `amount` in whole units; the message shows `amount`.
 */
function checkRange(
  {text, amount, whole, suffix = ''}: {text: string; amount: number; whole: number; suffix?: string},
  reading: LifetimeReading,
): void {
  const {rule} = reading
  if (whole >= rule.min && whole <= rule.max) return
  const [limit, word] = whole < rule.min ? [rule.min, 'least'] : [rule.max, 'most']
  throw refusal(text, `is ${figure(amount, rule)}${suffix}; ${countWords(limit, rule.unit)} is the ${word}`, reading)
}

/** Return an amount in words: `1.5 days`, `about 1.04 days`, `just over 2 days`. */
function figure(amount: number, {unit}: LifetimeRule): string {
  if (amount > Number.MAX_SAFE_INTEGER) return `more than ${countWords(Number.MAX_SAFE_INTEGER, unit)}`
  const short = Number(amount.toFixed(2))
  if (short === amount) return countWords(short, unit)
  if (amount < 0.01) return `less than ${countWords(0.01, unit)}`
  if (Number.isInteger(short)) return `just ${short < amount ? 'over' : 'under'} ${countWords(short, unit)}`
  return `about ${countWords(short, unit)}`
}

function faultWords(fault: DurationFault, rule: LifetimeRule): string {
  if (fault === 'out-of-order') return 'has its units out of order: write the largest first and each at most once'
  if (fault === 'no-unit') return 'has no unit: write, for example, 30d or 12h'
  return `is not a lifetime; it can be ${lifetimeForms(rule)}`
}

function secondsOfUnit({unit}: LifetimeRule): number {
  return unit === 'day' ? DAY_SECONDS : 1
}

function refusal(text: string, problem: string, {flag, rule}: LifetimeReading): AppError {
  const example = rule.unit === 'day' && !rule.unitRequired ? '30' : '30d'
  return new AppError('USAGE', `${flag} ${quoteValue(text)} ${problem} (${lifetimeRange(rule)})`, {
    hint: `Give a lifetime, for example: ${flag} ${example}`,
  })
}
