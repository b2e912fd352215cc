import {AppError} from '../../errors/app-error.ts'
import type {StoreSession, TokenView, TokenWithValues} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

export interface TokenReference {
  organizationId: string
  tokenId: string
}

/** Conditions for a change of a token, checked in the transaction of the change. */
export interface ChangeGuard {
  /** Throw if the change is not allowed. */
  allow?: ((session: StoreSession, token: TokenView) => Promise<void>) | undefined
  /** The revision that the caller has read. If the token has changed since then, throw CONFLICT. */
  revision?: number | undefined
}

/**
 * Return a token to change, after checking the guard. Throw NOT_FOUND if it does not exist or is
 * deleted: the two are not distinguished.
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

/**
 * Return a token to rotate, with its secrets that have not ended, after checking the guard. Throw
 * NOT_FOUND if it does not exist or is deleted.
 */
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
  return new AppError('CONFLICT', `API token ${tokenId} was changed by someone else meanwhile`, {
    reason: 'token-changed',
    facts: {tokenId},
    hint: 'Read it again, then repeat the change',
  })
}
