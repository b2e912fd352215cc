import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {isInGrace} from './end-value.ts'
import {decodeToken, hashValue} from './format.ts'

export type InvalidReason = 'malformed' | 'not ours' | 'unknown' | 'expired' | 'rotated' | 'undelivered' | 'deleted'

export type Verdict =
  /** `endsAt`: when the secret ends if nothing is done, its grace counted; null for never. */
  | {valid: true; token: TokenView; value: TokenValueRow; endsAt: number | null}
  | {valid: false; reason: InvalidReason; token: TokenView | null; endedAt: number | null}

/**
 * Return whether this installation would accept a secret now. The claims choose only where to look; what counts is the row that
 * the hash of the whole secret finds, so the signature need not be checked. Verifying is not a use.
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

/** Why and when a secret stopped working; null while it works. */
export function findEnd(value: TokenValueRow, now: number): {reason: InvalidReason; endedAt: number | null} | null {
  if (value.state === 'ended') {
    return {reason: toReason(value.endReason), endedAt: value.endedAt}
  }
  // Before its expiry, which is never sooner: what matters is that there is a newer secret.
  if (value.state === 'grace') return isInGrace(value, now) ? null : {reason: 'rotated', endedAt: value.graceUntil}
  if (value.validUntil !== null && value.validUntil <= now) return {reason: 'expired', endedAt: value.validUntil}
  return null
}

/** A rotation that was cut off leaves a secret that counts as never delivered once the next one has ended it. */
function toReason(endReason: string | null): InvalidReason {
  if (endReason === 'undelivered' || endReason === 'superseded') return 'undelivered'
  return endReason === 'deleted' ? 'deleted' : 'rotated'
}

function refused(reason: InvalidReason): Verdict {
  return {valid: false, reason, token: null, endedAt: null}
}
