import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {missingCapability, type TokenWords} from './token-access.ts'

export interface TokenConditions {
  kind?: string | undefined
  /** The recognisable end of the current secret. */
  fragment?: string | undefined
  /** Only tokens that expire within this many milliseconds from now, or have expired. */
  expiringWithinMs?: number | undefined
  /** Only tokens whose secret is older than this many milliseconds and was not used within them, or never. */
  unusedForMs?: number | undefined
  /** Only tokens whose secret is older than this many milliseconds. */
  notRotatedForMs?: number | undefined
}

/** What has to be reported of a token for a condition, and the flag that asks for it. */
const REPORTED: Partial<Record<keyof TokenConditions, {field: keyof TokenRecord; flag: string; what: string}>> = {
  fragment: {field: 'fragment', flag: '--short-token', what: 'the end of a token'},
  expiringWithinMs: {field: 'expiresAt', flag: '--expiring-within', what: 'when a token expires'},
  unusedForMs: {field: 'lastUsedAt', flag: '--unused-for', what: 'when a token was used'},
  notRotatedForMs: {field: 'createdAt', flag: '--not-rotated-for', what: 'when a token was made'},
}

/** USAGE if a condition is about what the vendor does not report: an empty list would say that no token meets it. */
export function refuseUnreported(words: TokenWords, conditions: TokenConditions, tokens: readonly TokenRecord[]): void {
  for (const [condition, {field, flag, what}] of Object.entries(REPORTED)) {
    if (conditions[condition as keyof TokenConditions] === undefined) continue
    if (tokens.some((token) => token[field] === undefined)) throw missingCapability(words, `tell ${what}`, flag)
  }
}

/** Return what tells whether a token meets all conditions. What a vendor does not report meets none about it. */
export function matchesConditions(conditions: TokenConditions, now: number): (token: TokenRecord) => boolean {
  const {kind, fragment, expiringWithinMs, unusedForMs, notRotatedForMs} = conditions
  return (token) =>
    (kind === undefined || token.kind === kind) &&
    (fragment === undefined || token.fragment === fragment) &&
    (expiringWithinMs === undefined || expiresBefore(token, now + expiringWithinMs)) &&
    (unusedForMs === undefined || (isUnused(token, unusedForMs, now) && isMadeBefore(token, now - unusedForMs))) &&
    (notRotatedForMs === undefined || isMadeBefore(token, now - notRotatedForMs))
}

function expiresBefore({expiresAt}: TokenRecord, endMs: number): boolean {
  const ms = toEpochMs(expiresAt)
  return ms !== null && ms <= endMs
}

function isUnused({lastUsedAt}: TokenRecord, unusedForMs: number, now: number): boolean {
  return lastUsedAt !== undefined && isUnusedFor(toEpochMs(lastUsedAt), unusedForMs, now)
}

/** By the current secret: what was made a moment ago has had no time to be used. */
function isMadeBefore({lastRotatedAt, createdAt}: TokenRecord, endMs: number): boolean {
  const ms = toEpochMs(lastRotatedAt ?? createdAt)
  return ms !== null && ms <= endMs
}

/**
 * Read a time as a number. As texts, `Z`, an offset and a fraction of a second order the same moment
 * differently, and a year of five digits (`+010000-…`) comes first. A text that is not a time counts as none.
 */
export function toEpochMs(time: string | null | undefined): number | null {
  const ms = time === null || time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : ms
}
