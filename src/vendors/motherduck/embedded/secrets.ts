import type {TokenService} from '../../../service/token-service.ts'
import {recogniseSecret} from '../../recognise-secret.ts'
import type {MotherDuckSecretFinding} from '../capabilities.ts'
import {findAccountById} from './accounts.ts'
import {MOTHERDUCK_POLICY} from './policy.ts'

/** Return the token that a secret belongs to. This does not count as a use of the token. */
export async function findTokenBySecret(service: TokenService, secret: string): Promise<MotherDuckSecretFinding> {
  const {state, token} = await recogniseSecret(service, secret, [MOTHERDUCK_POLICY.vendor])
  if (!token) return {state, token: null}
  if (token.vendor !== MOTHERDUCK_POLICY.vendor) return {state: 'of another vendor', token: null}
  const account = await findAccountById(service.read, token.organizationId, token.ownerId)
  // If the user was deleted, its id is all that is left.
  const username = account?.name ?? token.ownerId
  return {state, token: {id: token.id, username, isDeleted: token.deletedAt !== null}}
}
