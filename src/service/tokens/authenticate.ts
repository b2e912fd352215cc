import {AppError} from '../../errors/app-error.ts'
import type {ServiceContext} from '../context.ts'
import type {TokenView} from '../store/store.ts'
import {hashValue} from './format.ts'
import {verifyValue} from './verify.ts'

/** A use is written at once the first time, then at most once in this many milliseconds. */
export const USE_NOTED_EVERY_MS = 60_000

/**
 * Accept a value as the credential of a request in the dialect of `vendor`, and note its use. UNAUTHENTICATED, with the same
 * words whatever is wrong, for every other value: also for a good one of another vendor.
 */
export async function authenticateValue(context: ServiceContext, vendor: string, secret: string): Promise<TokenView> {
  const verdict = await verifyValue(context, context.store, secret)
  if (!verdict.valid || verdict.token.vendor !== vendor) {
    throw new AppError('UNAUTHENTICATED', 'The API token is missing, invalid or expired', {
      hint: 'See what it is with: tokenry token verify --token-file FILE',
    })
  }
  const now = context.now()
  const {lastUsedAt} = verdict.value
  const notedSince = now - USE_NOTED_EVERY_MS + 1
  if (lastUsedAt === null || lastUsedAt < notedSince) {
    await context.store.touchValue(verdict.token.organizationId, hashValue(secret), now, notedSince)
  }
  return verdict.token
}
