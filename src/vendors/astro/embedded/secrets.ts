import {isSignedBy} from '../../../service/signing-keys.ts'
import type {TokenView} from '../../../service/store/store.ts'
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
  if (!token) return (await findDamage(service, secret, state)) ?? {state, token: null}
  if (token.vendor !== ASTRO_POLICY.vendor) return {state: 'of another vendor', token: null}
  return {state, token: locate(token)}
}

function locate({id, organizationId, scope, ownerId, kind}: TokenView): NonNullable<AstroSecretFinding['token']> {
  return {id, organizationId, scope: scopeOf(scope), ownerId, isAgent: kind === AGENT_KIND}
}

/**
 * A live token has every secret that was made for it: this one is cut off, or was changed. Its claims
 * may be what was changed, and name nothing that is there: then only the signature tells.
 */
async function findDamage(service: TokenService, secret: string, state: string): Promise<AstroSecretFinding | null> {
  const decoded = decodeToken(secret)
  if (!decoded) return null
  const {org_id: organizationId, sub: tokenId} = decoded.payload
  const named =
    typeof organizationId === 'string' && typeof tokenId === 'string'
      ? await service.read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
      : null
  if (named && named.deletedAt !== null) return null
  if (named && state === 'unknown') return {state: 'damaged', token: locate(named)}
  return (await isForged(service, secret)) ? {state: 'forged', token: null} : null
}

/** Whether the secret names a key of ours that has not signed it. */
async function isForged(service: TokenService, secret: string): Promise<boolean> {
  const kid = decodeToken(secret)?.header['kid']
  const key = (await service.publicKeys()).find((each) => each.kid === kid)
  return key !== undefined && !isSignedBy(secret, key)
}
