import type {TokenService} from '../../../service/token-service.ts'
import {recogniseSecret} from '../../recognise-secret.ts'
import type {AstroSecretFinding} from '../capabilities.ts'
import {toScope} from './astro-types.ts'
import {AGENT_KIND, ASTRO_POLICY} from './policy.ts'

/** Return the token that a secret belongs to. This does not count as a use of the token. */
export async function findTokenBySecret(service: TokenService, secret: string): Promise<AstroSecretFinding> {
  const {state, token} = await recogniseSecret(service, secret, [ASTRO_POLICY.vendor])
  if (!token) return {state, token: null}
  if (token.vendor !== ASTRO_POLICY.vendor) return {state: 'of another vendor', token: null}
  const {id, organizationId, scope, ownerId, kind, deletedAt} = token
  const kinds = {isAgent: kind === AGENT_KIND, isDeleted: deletedAt !== null}
  return {state, token: {id, organizationId, scope: toScope(scope), ownerId, ...kinds}}
}
