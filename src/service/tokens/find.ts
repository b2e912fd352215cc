import {AppError} from '../../errors/app-error.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

export interface TokenReference {
  organizationId: string
  tokenId: string
}

/** What has to hold when a token is changed; looked at in the transaction of the change. */
export interface ChangeGuard {
  /** Throws where the change is not allowed. */
  allow?: ((session: StoreSession, token: TokenView) => Promise<void>) | undefined
  /** The revision that the caller has read: CONFLICT when somebody has changed the token since. */
  revision?: number | undefined
}

/** A token that is not deleted. NOT_FOUND otherwise: a deleted token answers like one that never was. */
export async function findLiveToken(
  session: StoreSession,
  policy: TokenPolicy,
  {organizationId, tokenId}: TokenReference,
): Promise<TokenView> {
  const token = await session.findToken(organizationId, policy.vendor, tokenId)
  if (!token || token.deletedAt !== null)
    throw new AppError('NOT_FOUND', `No API token ${tokenId}`, {hint: 'Check the id'})
  return token
}

/** A token that is about to be changed, with its guard asked. */
export async function findTokenToChange(
  session: StoreSession,
  policy: TokenPolicy,
  reference: TokenReference & ChangeGuard,
): Promise<TokenView> {
  const token = await findLiveToken(session, policy, reference)
  await reference.allow?.(session, token)
  if (reference.revision !== undefined && reference.revision !== token.revision) throw changedMeanwhile(token.id)
  return token
}

export function changedMeanwhile(tokenId: string): AppError {
  return new AppError('CONFLICT', `API token ${tokenId} was changed by someone else in between`, {
    hint: 'Look at it as it is now, then make the change again',
  })
}
