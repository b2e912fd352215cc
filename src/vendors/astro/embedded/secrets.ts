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
  if (!token) {
    return {state: state === 'unknown' && (await namesLiveToken(service, secret)) ? 'damaged' : state, token: null}
  }
  if (token.vendor !== ASTRO_POLICY.vendor) return {state: 'of another vendor', token: null}
  const {id, organizationId, scope, ownerId, kind} = token
  return {state, token: {id, organizationId, scope: scopeOf(scope), ownerId, isAgent: kind === AGENT_KIND}}
}

/** A live token has every secret that was made for it: this one is cut off, or was changed. */
async function namesLiveToken({read}: TokenService, secret: string): Promise<boolean> {
  const {org_id: organizationId, sub: tokenId} = decodeToken(secret)?.payload ?? {}
  if (typeof organizationId !== 'string' || typeof tokenId !== 'string') return false
  const token = await read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
  return token !== null && token.deletedAt === null
}
