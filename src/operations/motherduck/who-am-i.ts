import {toRfc3339, toRfc3339OrNull} from '../../lib/rfc3339.ts'
import {readMotherDuckClaims} from '../../vendors/motherduck/credential.ts'
import type {MotherDuckService} from './connect.ts'

/** Who a command acts as. MotherDuck has no call for this (contracts/motherduck.md, section 1). */
export interface MotherDuckIdentity {
  /** Null if a variable leads to MotherDuck itself. */
  context: string | null
  /** Null for the embedded service. */
  url: string | null
  /** What the token comes from; null for the owner of the embedded store, who needs none. */
  credential: string | null
  /** The user of the token; null if there is none, or if no call tells. */
  username: string | null
  /**
   * What the token says of itself, which is not proven. A claim that it does not have is absent.
   */
  claims: {email?: string; userId?: string; tokenType?: string; issuedAt?: string; expiresAt?: string | null}
  /** What the vendor offers no call for. */
  notReported: string[]
}

export async function identify(service: MotherDuckService): Promise<MotherDuckIdentity> {
  const {credential, capabilities} = service
  const {context, url = null, source, secret} = credential
  const username = (await capabilities.findSelf?.()) ?? null
  return {
    context,
    url,
    credential: secret === undefined ? null : source,
    username,
    claims: secret === undefined ? {} : readClaims(secret),
    notReported: capabilities.findSelf ? [] : ['username', 'role', 'whether the token was revoked'],
  }
}

/** Only the claims that are known to hold no secret: `session` is left out. */
function readClaims(secret: string): MotherDuckIdentity['claims'] {
  const claims = readMotherDuckClaims(secret)
  if (!claims) return {}
  const {email, userId, tokenType, issuedAtMs, expiresAtMs} = claims
  return {
    ...(email === undefined ? {} : {email}),
    ...(userId === undefined ? {} : {userId}),
    ...(tokenType === undefined ? {} : {tokenType}),
    ...(issuedAtMs === null ? {} : {issuedAt: toRfc3339(issuedAtMs)}),
    expiresAt: toRfc3339OrNull(expiresAtMs),
  }
}
