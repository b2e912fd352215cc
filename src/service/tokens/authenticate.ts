import {AppError} from '../../errors/app-error.ts'
import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import type {Uses} from './uses.ts'
import {endOf, verifyValue} from './verify.ts'

/** What a request has shown that it may act as: a token, by one of its values. */
export interface Credential {
  token: TokenView
  /** Of the value. */
  sha256: string
}

/**
 * Accept a value as the credential of a request in the dialect of `vendor`, and note its use. UNAUTHENTICATED, with the same
 * words whatever is wrong, for every other value: also for a good one of another vendor.
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
 * UNAUTHENTICATED when its value has ended since.
 */
export async function reauthenticate(
  context: ServiceContext,
  session: StoreSession,
  {token: {organizationId, vendor, id}, sha256}: Credential,
): Promise<Credential> {
  const value = await session.findValue(organizationId, sha256)
  const token = await session.findToken(organizationId, vendor, id)
  if (!value || !token || endOf(value, context.now())) throw unauthenticated()
  return {token, sha256}
}

function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', 'The API token is missing, invalid or expired', {
    hint: 'See what it is with: tokenry token verify --token-file FILE',
  })
}
