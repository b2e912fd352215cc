import type {Interfaces} from '@oclif/core'
import {AppError} from '../../errors/app-error.ts'
import {lifetimeRange, parseLifetime} from '../../lib/lifetime.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {DELTASTREAM_LIFETIME, DELTASTREAM_LIMITS} from '../../vendors/deltastream/api.ts'
import {textFlag} from '../flags.ts'

const {expiresInDaysMin, expiresInDaysMax, expiresInDaysDefault} = DELTASTREAM_LIMITS
const RANGE = lifetimeRange(DELTASTREAM_LIFETIME)

/** The lifetime of a new token: as in the SQL of DeltaStream, or as for every vendor. */
export const lifetimeFlags = {
  'expires-in-days': textFlag('expires-in-days', {
    description: `Lifetime in days, ${expiresInDaysMin} to ${expiresInDaysMax} (default in scripts: ${expiresInDaysDefault})`,
    placeholder: 'DAYS',
  }),
  expiration: {
    ...textFlag('expiration', {
      char: 'e',
      description: `Lifetime, ${RANGE}: such as 30d, 12w, 6mo, 1y or P30D; the end of a date such as 2027-01-31 in UTC, or an RFC 3339 time, both rounded down to whole days; also --expires`,
      placeholder: 'TIME',
    }),
    aliases: ['expires'],
  },
}

export type LifetimeFlags = Partial<Interfaces.InferredFlags<typeof lifetimeFlags>>

/** The lifetime of a new token, in whole days. */
export interface TokenLifetime {
  days: number
  /** The end that was asked for is later: what was typed, and the end in epoch milliseconds. */
  rounded?: {text: string; endMs: number}
}

/**
 * Return the lifetime that the flags give; undefined if none of them is given. USAGE, with the
 * computed days and the limits.
 */
export function readLifetime(flags: LifetimeFlags, nowMs: number): TokenLifetime | undefined {
  const {'expires-in-days': days, expiration} = flags
  if (days !== undefined && expiration !== undefined) {
    throw new AppError('USAGE', '--expires-in-days and --expiration exclude each other', {
      hint: 'Give only --expires-in-days',
    })
  }
  if (expiration !== undefined) return readExpiration(expiration, nowMs)
  return days === undefined ? undefined : {days: readDays(days)}
}

/** Read `--expiration`, or the answer to the question for it. */
export function readExpiration(text: string, nowMs: number): TokenLifetime {
  const {amount, roundedEndMs} = parseLifetime(text, {flag: '--expiration', rule: DELTASTREAM_LIFETIME, nowMs})
  if (amount === null) throw new Error('No token of DeltaStream lives without an end')
  return {days: amount, ...(roundedEndMs === null ? {} : {rounded: {text, endMs: roundedEndMs}})}
}

function readDays(text: string): number {
  const days = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN
  if (days >= expiresInDaysMin && days <= expiresInDaysMax) return days
  throw new AppError('USAGE', `--expires-in-days ${quoteValue(text)} is not a whole number of days (${RANGE})`, {
    hint: 'Write, for example, --expires-in-days 90, or --expiration 12w; every token of DeltaStream ends',
  })
}
