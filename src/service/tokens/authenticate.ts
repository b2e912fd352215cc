import {AppError} from '../../errors/app-error.ts'
import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import type {Uses} from './uses.ts'
import {findEnd, verifyValue} from './verify.ts'

/** What a request has shown that it may act as: a token, by one of its secrets. */
export interface Credential {
  token: TokenView
  /** Of the secret. */
  sha256: string
}

/**
 * Accept a secret as the credential of a request in the dialect of `vendor`, and note its use. UNAUTHENTICATED, with the same
 * words for every fault, for anything else: also for a good secret of another vendor.
 */
export async function authenticateValue(
  context: ServiceContext,
  uses: Uses,
  {vendor, secret}: {vendor: string; secret: string},
): Promise<Credential> {
  const verdict = await verifyValue(context, context.store, secret)
  if (!verdict.valid || verdict.token.vendor !== vendor) throw unauthenticated()
  uses.note(verdict.value, context.now())
  return {token: verdict.token, sha256: verdict.value.sha256}
}

/**
 * The same credential as it is now, in the transaction of a change: a request may have begun long before it is carried out.
 * UNAUTHENTICATED when its secret has ended since.
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
