import {AppError} from '../../../errors/app-error.ts'
import type {AccountRow, StoreSession, TokenView} from '../../../service/store/store.ts'
import {invalidFields} from '../validate.ts'
import {MOTHERDUCK_POLICY, USER_SCOPE} from './policy.ts'
import {endedAt} from './token-details.ts'

/** Return the tokens of a user in creation order, also expired ones. */
export function listTokensOf(
  session: StoreSession,
  {organizationId, id: ownerId}: AccountRow,
  show: 'live' | 'deleted' = 'live',
): Promise<TokenView[]> {
  const filter = {vendor: MOTHERDUCK_POLICY.vendor, scope: USER_SCOPE, ownerId, show}
  return session.listTokens(organizationId, filter, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
}

/**
 * Return the live token of the user with this id, else the only one with this name
 * (contracts/motherduck.md, 4.5). INVALID if several have the name. The message does not repeat
 * the text: an old client of R sends a secret there.
 */
export async function findByIdOrName(
  session: StoreSession,
  account: AccountRow,
  {idOrName, now}: {idOrName: string; now: number},
): Promise<TokenView> {
  const tokens = (await listTokensOf(session, account)).filter((token) => endedAt(token, now) === null)
  const byId = tokens.find(({id}) => id === idOrName)
  if (byId) return byId
  const [byName, ...others] = tokens.filter(({name}) => name === idOrName)
  if (!byName) throw noToken(null)
  if (others.length === 0) return byName
  const message = `${others.length + 1} access tokens of the user have this name: use the id`
  throw invalidFields([{field: 'token_id', code: 'ambiguous', message}])
}

/** `id` is null if it must not be repeated. */
export function noToken(id: string | null): AppError {
  return new AppError('NOT_FOUND', id === null ? 'The user has no such access token' : `No access token ${id}`, {
    hint: 'Check the id',
  })
}
