import {AppError} from '../../errors/app-error.ts'
import type {AstroApi} from './api.ts'
import type {AstroSecretFinding} from './capabilities.ts'
import {readAstroClaims} from './credential.ts'
import {findOwner, toTokenRecord} from './token-port.ts'

/**
 * Find the token of a secret by what the secret claims (contracts/astro.md, section 4). Astro
 * cannot be asked whether the secret is the current one of its token: `valid` only means that the
 * token is there.
 */
export async function findTokenByClaims(
  api: Pick<AstroApi, 'getToken'>,
  secret: string,
  now: number,
): Promise<AstroSecretFinding> {
  const claims = readAstroClaims(secret)
  if (claims?.tokenId === undefined || claims.organizationId === undefined) return {state: 'malformed', token: null}
  const {tokenId, organizationId, expiresAtMs} = claims
  const token = await api.getToken(organizationId, tokenId).catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return null
    throw err
  })
  if (!token) return {state: 'unknown', token: null, claimedOrganizationId: organizationId}
  const {scope, id: ownerId} = findOwner(toTokenRecord(token))
  return {
    state: expiresAtMs !== null && expiresAtMs <= now ? 'expired' : 'valid',
    token: {id: token.id, organizationId, scope, ownerId, isAgent: false, isDeleted: false},
  }
}
