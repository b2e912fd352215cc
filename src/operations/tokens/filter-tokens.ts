import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'

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
