import type {TokenService} from '../../../service/token-service.ts'
import {recogniseSecret} from '../../recognise-secret.ts'
import type {DeltaStreamSecretFinding} from '../capabilities.ts'
import {DELTASTREAM_POLICY} from './policy.ts'

/** Return the token that a secret belongs to. This does not count as a use of the token. */
export async function findTokenBySecret(service: TokenService, secret: string): Promise<DeltaStreamSecretFinding> {
  const {state, token} = await recogniseSecret(service, secret, [DELTASTREAM_POLICY.vendor])
  if (!token) return {state, token: null}
  if (token.vendor !== DELTASTREAM_POLICY.vendor) return {state: 'of another vendor', token: null}
  return {state, token: {name: token.name, isDeleted: token.deletedAt !== null}}
}
