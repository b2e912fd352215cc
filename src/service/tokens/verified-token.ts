import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {TokenView} from '../store/store.ts'
import type {InvalidReason, Verdict} from './verify.ts'

/** What a verification reports: `tokenry token verify --json` and `POST /verify`. */
export interface VerifiedToken {
  valid: boolean
  /** Why the token is not valid; null for a valid token. */
  reason: InvalidReason | 'ends too soon' | null
  id: string | null
  name: string | null
  scope: string | null
  role: string | null
  /** The deployment, workspace or organization that the token belongs to. */
  entityId: string | null
  organizationId: string | null
  issuer: string
  /** RFC 3339; null if it never expires or the token is unknown. */
  expiresAt: string | null
  /** RFC 3339; when it ended, if it is no longer valid. */
  endedAt: string | null
}

export function toVerifiedToken(verdict: Verdict, issuer: string): VerifiedToken {
  const {token} = verdict
  const expires = verdict.valid ? verdict.endsAt : verdict.reason === 'expired' ? verdict.endedAt : null
  return {
    valid: verdict.valid,
    reason: verdict.valid ? null : verdict.reason,
    id: token?.id ?? null,
    name: token?.name ?? null,
    scope: token?.scope ?? null,
    role: token ? findOwnRole(token) : null,
    entityId: token?.ownerId ?? null,
    organizationId: token?.organizationId ?? null,
    issuer,
    expiresAt: toRfc3339OrNull(expires),
    endedAt: verdict.valid ? null : toRfc3339OrNull(verdict.endedAt),
  }
}

function findOwnRole(token: TokenView): string | null {
  return (
    token.roles.find(({entityType, entityId}) => entityType === token.scope && entityId === token.ownerId)?.role ?? null
  )
}
