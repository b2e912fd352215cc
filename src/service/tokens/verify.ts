import {decodeToken} from '../../lib/jwt.ts'
import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {isInGrace} from './end-value.ts'
import {hashValue} from './format.ts'

export type InvalidReason = 'malformed' | 'not ours' | 'unknown' | 'expired' | 'rotated' | 'undelivered' | 'deleted'

export type Verdict =
  /**
   * `endsAt` is when the secret ends without a further change, including its grace; null for never.
   */
  | {valid: true; token: TokenView; value: TokenValueRow; endsAt: number | null}
  | {valid: false; reason: InvalidReason; token: TokenView | null; endedAt: number | null}

/**
 * Return whether this installation accepts a secret now. The claims only select where to search.
 * The row with the hash of the whole secret decides, so the signature is not checked. A
 * verification does not count as a use.
 */
export async function verifyValue(context: ServiceContext, session: StoreSession, secret: string): Promise<Verdict> {
  const decoded = decodeToken(secret)
  if (!decoded) return refused('malformed')
  const {iss, org_id: organizationId} = decoded.payload
  if (iss !== context.installation.issuer || typeof organizationId !== 'string') return refused('not ours')
  const found = await session.findTokenByHash(organizationId, hashValue(secret))
  if (!found) return refused('unknown')
  const {token, value} = found
  const ended = findEnd(value, context.now())
  return ended
    ? {valid: false, token, ...ended}
    : {valid: true, token, value, endsAt: value.state === 'grace' ? value.graceUntil : value.validUntil}
}

/** Return why and when a secret stopped working, or null while it works. */
export function findEnd(value: TokenValueRow, now: number): {reason: InvalidReason; endedAt: number | null} | null {
  if (value.state === 'ended') {
    return {reason: toReason(value.endReason), endedAt: value.endedAt}
  }
  // Check grace before expiry. A grace never ends after the expiry, and the relevant reason is that
  // a newer secret exists.
  if (value.state === 'grace') return isInGrace(value, now) ? null : {reason: 'rotated', endedAt: value.graceUntil}
  if (value.validUntil !== null && value.validUntil <= now) return {reason: 'expired', endedAt: value.validUntil}
  return null
}

/**
 * Convert a stored reason. A secret left by an interrupted rotation is `superseded` when the next
 * one ends it: it counts as undelivered.
 */
function toReason(endReason: string | null): InvalidReason {
  if (endReason === 'undelivered' || endReason === 'superseded') return 'undelivered'
  return endReason === 'deleted' ? 'deleted' : 'rotated'
}

function refused(reason: InvalidReason): Verdict {
  return {valid: false, reason, token: null, endedAt: null}
}
