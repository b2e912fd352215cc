import {AppError} from '../../errors/app-error.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

/** A token that is not deleted. NOT_FOUND otherwise: a deleted token answers like one that never was. */
export async function findLiveToken(
  session: StoreSession,
  policy: TokenPolicy,
  organizationId: string,
  tokenId: string,
): Promise<TokenView> {
  const token = await session.findToken(organizationId, policy.vendor, tokenId)
  if (!token || token.deletedAt !== null) throw new AppError('NOT_FOUND', `No API token ${tokenId}`)
  return token
}
