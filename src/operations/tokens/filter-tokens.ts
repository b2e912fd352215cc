import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {missingCapability, type TokenWords} from './token-access.ts'

export interface TokenConditions {
  kind?: string | undefined
  /** The last characters of the current secret, by which a person recognises it. */
  fragment?: string | undefined
  /** Only tokens that expire within this many milliseconds from now, or expired already. */
  expiringWithinMs?: number | undefined
  /**
   * Only tokens whose secret is older than this many milliseconds and was not used within that
   * time.
   */
  unusedForMs?: number | undefined
  /** Only tokens whose secret is older than this many milliseconds. */
  notRotatedForMs?: number | undefined
}

/** The field that a condition needs, and the flag of the condition. */
const REPORTED: Partial<Record<keyof TokenConditions, {field: keyof TokenRecord; flag: string; what: string}>> = {
  fragment: {field: 'fragment', flag: '--short-token', what: 'the end of a token'},
  expiringWithinMs: {field: 'expiresAt', flag: '--expiring-within', what: 'when a token expires'},
  unusedForMs: {field: 'lastUsedAt', flag: '--unused-for', what: 'when a token was used'},
  notRotatedForMs: {field: 'createdAt', flag: '--not-rotated-for', what: 'when a token was created'},
}

/**
 * Throw USAGE if a condition needs a field that the vendor does not report. An empty list would
 * mean that no token matches.
 */
export function refuseUnreported(
  words: Pick<TokenWords, 'where'>,
  conditions: TokenConditions,
  tokens: readonly TokenRecord[],
): void {
  for (const [condition, {field, flag, what}] of Object.entries(REPORTED)) {
    if (conditions[condition as keyof TokenConditions] === undefined) continue
    if (tokens.some((token) => token[field] === undefined)) throw missingCapability(words, `report ${what}`, flag)
  }
}

/**
 * Return a function that returns whether a token meets all conditions. A field that the vendor does
 * not report meets no condition.
 */
export function matchesConditions(conditions: TokenConditions, now: number): (token: TokenRecord) => boolean {
  const {kind, fragment, expiringWithinMs, unusedForMs, notRotatedForMs} = conditions
  return (token) =>
    (kind === undefined || token.kind === kind) &&
    (fragment === undefined || token.fragment === fragment) &&
    (expiringWithinMs === undefined || expiresBefore(token, now + expiringWithinMs)) &&
    (unusedForMs === undefined || (isUnused(token, unusedForMs, now) && isCreatedBefore(token, now - unusedForMs))) &&
    (notRotatedForMs === undefined || isCreatedBefore(token, now - notRotatedForMs))
}

function expiresBefore({expiresAt}: TokenRecord, endMs: number): boolean {
  const ms = toEpochMs(expiresAt)
  return ms !== null && ms <= endMs
}

function isUnused({lastUsedAt}: TokenRecord, unusedForMs: number, now: number): boolean {
  return lastUsedAt !== undefined && isUnusedFor(toEpochMs(lastUsedAt), unusedForMs, now)
}

/** Return whether the current secret is older than `endMs`. A new secret had no time to be used. */
function isCreatedBefore({lastRotatedAt, createdAt}: TokenRecord, endMs: number): boolean {
  const ms = toEpochMs(lastRotatedAt ?? createdAt)
  return ms !== null && ms <= endMs
}

/**
 * Return a time as epoch milliseconds, so that times can be compared; null if the text is not a
 * time. As texts they would sort wrongly: one moment can be written with `Z`, an offset or a
 * fraction of a second, and a year of five digits (`+010000-…`) comes first.
 */
export function toEpochMs(time: string | null | undefined): number | null {
  const ms = time === null || time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : ms
}
