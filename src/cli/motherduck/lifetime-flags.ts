import type {Interfaces} from '@oclif/core'
import {AppError} from '../../errors/app-error.ts'
import {countWords} from '../../lib/duration.ts'
import {lifetimeRange, parseLifetime} from '../../lib/lifetime.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {MOTHERDUCK_LIFETIME} from '../../vendors/motherduck/api.ts'
import {textFlag} from '../flags.ts'

/** The units of the R package, in seconds (contracts/motherduck.md, section 7). */
const UNIT_SECONDS = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
} as const

const NEVER = 'never'

const UNIT_WORDS = `${Object.keys(UNIT_SECONDS)
  .map((unit) => `${unit}s`)
  .join(', ')} or ${NEVER}`

const RANGE = lifetimeRange(MOTHERDUCK_LIFETIME)

/**
 * The flags for a lifetime: seconds as in the REST API, a time as in all of tokenry, or number and
 * unit as in the R package. Only one of the three may be given.
 */
export const lifetimeFlags = {
  ttl: textFlag('ttl', {description: `Lifetime, ${RANGE}`, placeholder: 'SECONDS'}),
  expiration: {
    ...textFlag('expiration', {
      char: 'e',
      description:
        'Lifetime such as 1h, 30d, 52w or 1y, with its unit; the end of a date such as 2027-01-31 in UTC; an RFC 3339 time; or never (default in scripts). Also --expires',
      placeholder: 'TIME',
    }),
    aliases: ['expires'],
  },
  'expiration-number': textFlag('expiration-number', {
    description: 'Lifetime as in the R package, with --expiration-unit; fractions are allowed',
    placeholder: 'NUMBER',
  }),
  'expiration-unit': {
    ...textFlag('expiration-unit', {
      description: `Unit of --expiration-number: ${UNIT_WORDS}; ${NEVER} needs no number`,
      placeholder: 'UNIT',
    }),
    suggestions: [...Object.keys(UNIT_SECONDS).map((unit) => `${unit}s`), NEVER],
  },
}

export type LifetimeFlags = Partial<Interfaces.InferredFlags<typeof lifetimeFlags>>

/**
 * Return the lifetime that the flags give, in seconds; null for never, undefined if none of them is
 * given. A date or a time is rounded down to whole seconds from `nowMs`.
 *
 * @throws AppError USAGE, with the computed seconds and the limits.
 */
export function readLifetime(flags: LifetimeFlags, nowMs: number): number | null | undefined {
  const {ttl, expiration, 'expiration-number': number, 'expiration-unit': unit} = flags
  const given = [
    ...(ttl === undefined ? [] : ['--ttl']),
    ...(expiration === undefined ? [] : ['--expiration']),
    ...(number === undefined && unit === undefined
      ? []
      : [number === undefined ? '--expiration-unit' : '--expiration-number']),
  ]
  if (given.length > 1) {
    throw new AppError('USAGE', `${given.join(' and ')} exclude each other`, {hint: `Give only ${given[0]}`})
  }
  if (ttl !== undefined) return readTtl(ttl)
  if (expiration !== undefined) return readExpiration(expiration, nowMs)
  return given.length === 0 ? undefined : readNumberAndUnit(number, unit)
}

/** Read `--expiration`, or the answer to the question for it. Null for never. */
export function readExpiration(text: string, nowMs: number): number | null {
  if (/^\d+$/.test(text)) {
    throw new AppError('USAGE', `--expiration ${quoteValue(text)} has no unit`, {
      hint: `Write ${text}d for days, or --ttl ${text} for seconds`,
    })
  }
  return parseLifetime(text, {flag: '--expiration', rule: MOTHERDUCK_LIFETIME, nowMs}).amount
}

function readTtl(text: string): number {
  if (/^(0|[1-9]\d*)$/.test(text)) return checkSeconds(`--ttl ${quoteValue(text)}`, Number(text))
  throw new AppError('USAGE', `--ttl ${quoteValue(text)} is not a whole number of seconds (${RANGE})`, {
    hint: 'Write, for example, --ttl 3600, or --expiration 1h; for a token without an end: --expiration never',
  })
}

function readNumberAndUnit(number: string | undefined, unit: string | undefined): number | null {
  if (unit === undefined) {
    throw new AppError('USAGE', '--expiration-unit is missing', {hint: `Give one of ${UNIT_WORDS}`})
  }
  const unitSeconds = findUnitSeconds(unit)
  if (unitSeconds === null) return null
  if (number === undefined) {
    throw new AppError('USAGE', '--expiration-number is missing', {
      hint: `Give the number of ${unit}, for example: --expiration-number 1`,
    })
  }
  const what = `--expiration-number ${quoteValue(number)} with --expiration-unit ${quoteValue(unit)}`
  const seconds = toWholeSeconds(readPositive(number) * unitSeconds)
  if (Number.isInteger(seconds)) return checkSeconds(what, seconds)
  throw new AppError('USAGE', `${what} is ${seconds} seconds, and only whole seconds count (${RANGE})`, {
    hint: `The nearest that work: --ttl ${Math.floor(seconds)} and --ttl ${Math.ceil(seconds)}`,
  })
}

/** Return the seconds of a unit in any case, singular or plural. Null for never. */
function findUnitSeconds(text: string): number | null {
  const word = text.toLowerCase()
  if (word === NEVER) return null
  const found = Object.entries(UNIT_SECONDS).find(([unit]) => word === unit || word === `${unit}s`)
  if (found) return found[1]
  throw new AppError('USAGE', `--expiration-unit ${quoteValue(text)} is not a unit`, {
    hint: `Give one of ${UNIT_WORDS}`,
  })
}

/** Read a number as R writes it: `1`, `1.5`, `1e+05`. */
function readPositive(text: string): number {
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (number > 0 && Number.isFinite(number)) return number
  const problem = Number.isFinite(number) ? 'is not above 0' : 'is not a number'
  throw new AppError('USAGE', `--expiration-number ${quoteValue(text)} ${problem} (${RANGE})`, {
    hint: 'Give a number, for example: --expiration-number 1 --expiration-unit hours',
  })
}

/**
 * Return a whole number for a product that is one except for the error of the multiplication: 1e-9,
 * or what a number of this size cannot express.
 */
function toWholeSeconds(seconds: number): number {
  const whole = Math.round(seconds)
  const tolerance = Math.max(1e-9, whole * 2 * Number.EPSILON)
  return Math.abs(seconds - whole) <= tolerance ? whole : seconds
}

function checkSeconds(what: string, seconds: number): number {
  const {min, max} = MOTHERDUCK_LIFETIME
  if (seconds >= min && seconds <= max) return seconds
  const [limit, word] = seconds < min ? [min, 'least'] : [max, 'most']
  throw new AppError('USAGE', `${what} is ${countWords(seconds, 'second')}; ${limit} is the ${word} (${RANGE})`, {
    hint: `Give at ${word} ${limit} seconds, for example: --expiration ${word === 'least' ? '1h' : '1y'}`,
  })
}
