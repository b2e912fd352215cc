import {AppError} from '../../errors/app-error.ts'
import type {StoreSession, TokenView, TokenWithValues} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

export interface TokenReference {
  organizationId: string
  tokenId: string
}

/** What has to hold when a token is changed; looked at in the transaction of the change. */
export interface ChangeGuard {
  /** Throws where the change is not allowed. */
  allow?: ((session: StoreSession, token: TokenView) => Promise<void>) | undefined
  /** The revision that the caller has read: CONFLICT when someone has changed the token since. */
  revision?: number | undefined
}

/**
 * A token that is about to be changed, with its guard asked. NOT_FOUND also for a deleted one, which answers like one that never
 * was.
 */
export async function findTokenToChange(
  session: StoreSession,
  policy: TokenPolicy,
  reference: TokenReference & ChangeGuard,
): Promise<TokenView> {
  const {organizationId, tokenId} = reference
  const token = await session.findToken(organizationId, policy.vendor, tokenId)
  if (!token || token.deletedAt !== null) throw tokenMissing(tokenId)
  await askGuard(session, token, reference)
  return token
}

/** The same for a token that is about to get another secret, with those that have not ended. */
export async function findTokenToRotate(
  session: StoreSession,
  policy: TokenPolicy,
  reference: TokenReference & ChangeGuard,
): Promise<TokenWithValues> {
  const {organizationId, tokenId} = reference
  const found = await session.findTokenWithLiveValues(organizationId, policy.vendor, tokenId)
  if (!found || found.token.deletedAt !== null) throw tokenMissing(tokenId)
  await askGuard(session, found.token, reference)
  return found
}

async function askGuard(session: StoreSession, token: TokenView, {allow, revision}: ChangeGuard): Promise<void> {
  await allow?.(session, token)
  if (revision !== undefined && revision !== token.revision) throw changedMeanwhile(token.id)
}

function tokenMissing(tokenId: string): AppError {
  return new AppError('NOT_FOUND', `No API token ${tokenId}`, {reason: 'token-missing', hint: 'Check the id'})
}

export function changedMeanwhile(tokenId: string): AppError {
  return new AppError('CONFLICT', `API token ${tokenId} was changed by someone else in between`, {
    reason: 'token-changed',
    facts: {tokenId},
    hint: 'Look at it as it is now, then make the change again',
  })
}
