import {isSignedBy} from '../../../service/signing-keys.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {decodeToken} from '../../../service/tokens/format.ts'
import type {AstroSecretFinding} from '../capabilities.ts'
import {scopeOf} from './astro-types.ts'
import {AGENT_KIND, ASTRO_POLICY} from './policy.ts'

/** Return what the service knows of a secret. Looking is not a use. */
export async function findTokenBySecret(service: TokenService, secret: string): Promise<AstroSecretFinding> {
  const verdict = await service.verify(secret)
  const {token} = verdict
  const state = verdict.valid ? 'valid' : verdict.reason
  if (!token) return {state: (await isDamaged(service, secret, state)) ? 'damaged' : state, token: null}
  if (token.vendor !== ASTRO_POLICY.vendor) return {state: 'of another vendor', token: null}
  const {id, organizationId, scope, ownerId, kind} = token
  return {state, token: {id, organizationId, scope: scopeOf(scope), ownerId, isAgent: kind === AGENT_KIND}}
}

/**
 * A live token has every secret that was made for it: this one is cut off, or was changed. Its claims
 * may be what was changed, and name nothing that is there: then only the signature tells.
 */
async function isDamaged(service: TokenService, secret: string, state: string): Promise<boolean> {
  const decoded = decodeToken(secret)
  if (!decoded) return false
  const {org_id: organizationId, sub: tokenId} = decoded.payload
  const named =
    typeof organizationId === 'string' && typeof tokenId === 'string'
      ? await service.read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
      : null
  if (named) return named.deletedAt === null && (state === 'unknown' || (await isForged(service, secret)))
  return isForged(service, secret)
}

/** Whether the secret names a key of ours that has not signed it. */
async function isForged(service: TokenService, secret: string): Promise<boolean> {
  const kid = decodeToken(secret)?.header['kid']
  const key = (await service.publicKeys()).find((each) => each.kid === kid)
  return key !== undefined && !isSignedBy(secret, key)
}
