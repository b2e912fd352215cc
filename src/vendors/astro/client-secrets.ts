import {AppError} from '../../errors/app-error.ts'
import type {AstroApi} from './api.ts'
import type {AstroSecretFinding} from './capabilities.ts'
import {readAstroClaims} from './credential.ts'
import {findOwner, toTokenRecord} from './token-port.ts'

/**
 * Find the token of a secret by what the secret claims (contracts/astro.md, section 4). Astro
 * cannot be asked whether the secret is the current one of its token: `valid` only means that the
 * token is there. An agent token is looked up in the deployment that the secret claims.
 */
export async function findTokenByClaims(
  api: Pick<AstroApi, 'getToken' | 'getAgentToken'>,
  secret: string,
  now: number,
): Promise<AstroSecretFinding> {
  const claims = readAstroClaims(secret)
  if (claims?.tokenId === undefined || claims.organizationId === undefined) return {state: 'malformed', token: null}
  const {tokenId, organizationId, deploymentId, expiresAtMs} = claims
  const unknown = {state: 'unknown', token: null, claimedOrganizationId: organizationId}
  const state = expiresAtMs !== null && expiresAtMs <= now ? 'expired' : 'valid'
  const token = await ifFound(api.getToken(organizationId, tokenId))
  if (token) {
    const {scope, id: ownerId} = findOwner(toTokenRecord(token))
    return {state, token: {id: token.id, organizationId, scope, ownerId, isAgent: false, isDeleted: false}}
  }
  if (deploymentId === undefined) return unknown
  const agent = await ifFound(api.getAgentToken(organizationId, deploymentId, tokenId))
  if (!agent) return unknown
  return {
    state,
    token: {id: agent.id, organizationId, scope: 'DEPLOYMENT', ownerId: deploymentId, isAgent: true, isDeleted: false},
  }
}

/** Return null if it is NOT_FOUND. */
function ifFound<Found>(work: Promise<Found>): Promise<Found | null> {
  return work.catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return null
    throw err
  })
}
