import {AppError} from '../../errors/app-error.ts'
import type {ServiceContext} from '../context.ts'
import type {TokenView} from '../store/store.ts'
import type {Uses} from './uses.ts'
import {verifyValue} from './verify.ts'

/**
 * Accept a value as the credential of a request in the dialect of `vendor`, and note its use. UNAUTHENTICATED, with the same
 * words whatever is wrong, for every other value: also for a good one of another vendor.
 */
export async function authenticateValue(
  context: ServiceContext,
  uses: Uses,
  {vendor, secret}: {vendor: string; secret: string},
): Promise<TokenView> {
  const verdict = await verifyValue(context, context.store, secret)
  if (!verdict.valid || verdict.token.vendor !== vendor) {
    throw new AppError('UNAUTHENTICATED', 'The API token is missing, invalid or expired', {
      hint: 'See what it is with: tokenry token verify --token-file FILE',
    })
  }
  uses.note(verdict.value, context.now())
  return verdict.token
}
