import {AppError} from '../../errors/app-error.ts'
import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'
import type {Uses} from './uses.ts'
import {findEnd, verifyValue} from './verify.ts'

/** The identity of a request: a token, proven by one of its secrets. */
export interface Credential {
  token: TokenView
  /** SHA-256 of the secret. */
  sha256: string
}

/**
 * Accept a secret as the credential of a request in the dialect of the policy's vendor, and record
 * its use. Otherwise throw UNAUTHENTICATED, also for a valid secret of another vendor. The message
 * is the same for every reason.
 */
export async function authenticateValue(
  context: ServiceContext,
  {read, uses}: {read: StoreSession; uses: Uses},
  {policy, secret}: {policy: TokenPolicy; secret: string},
): Promise<Credential> {
  const verdict = await verifyValue(context, read, secret)
  if (!verdict.valid || verdict.token.vendor !== policy.vendor) throw unauthenticated()
  uses.note(verdict.value, {usedAt: context.now(), everyMs: policy.useNotedEveryMs})
  return {token: verdict.token, sha256: verdict.value.sha256}
}

/**
 * Read the credential again in the transaction of a change, because the request may have begun long
 * before. Throw UNAUTHENTICATED if its secret has ended since then.
 */
export async function reauthenticate(
  context: ServiceContext,
  session: StoreSession,
  {token: {organizationId}, sha256}: Credential,
): Promise<Credential> {
  const found = await session.findTokenByHash(organizationId, sha256)
  if (!found || findEnd(found.value, context.now())) throw unauthenticated()
  return {token: found.token, sha256}
}

function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', 'The API token is missing, invalid or expired', {
    reason: 'credential-refused',
  })
}
