import {AppError} from '../../../errors/app-error.ts'
import type {AccountRow, StoreSession} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Principal} from '../../principal.ts'
import {findAccountById, findAccountByName, PERSON_KIND} from './accounts.ts'

/** The current state of the principal. `account` is null for the owner of the store. */
export interface Caller {
  organizationId: string
  account: AccountRow | null
}

/**
 * Return the current state of the principal. Since the request began, its token or its user may
 * have been deleted. UNAUTHENTICATED if the token or its secret has ended.
 */
export async function readCaller(service: TokenService, session: StoreSession, principal: Principal): Promise<Caller> {
  if (principal.kind === 'owner') return {organizationId: principal.organizationId, account: null}
  const {token} = await service.reauthenticate(session, principal)
  const account = await findAccountById(session, token.organizationId, token.ownerId)
  // The tokens of a user end with the user.
  if (!account)
    throw new AppError('UNAUTHENTICATED', 'The user of the access token was deleted', {
      hint: 'Use a token of another user',
    })
  return {organizationId: token.organizationId, account}
}

/** Throw FORBIDDEN unless the token may administer: only a read/write token may (section 1). */
export function requireReadWrite(principal: Principal): void {
  if (principal.kind === 'owner' || principal.token.kind === 'read_write') return
  throw new AppError('FORBIDDEN', 'A read scaling token cannot be used for the REST API', {
    hint: 'Use a read/write token',
  })
}

export function requireAdmin({account}: Caller): void {
  if (account && !account.admin) throw adminRequired()
}

/**
 * Return the user that a call is about. FORBIDDEN for a member who names anyone else, also a user
 * who does not exist, so that names cannot be tried out. Otherwise NOT_FOUND if there is none.
 */
export async function findTarget(session: StoreSession, caller: Caller, username: string): Promise<AccountRow> {
  const {organizationId, account} = caller
  const found = await findAccountByName(session, organizationId, username)
  if (account && !account.admin && account.id !== found?.id) throw adminRequired()
  if (!found) throw noUser(username)
  return found
}

/** Throw FORBIDDEN if the caller is a user, and `target` is another person. */
export function refuseOtherPerson({account}: Caller, target: AccountRow): void {
  if (!account || account.id === target.id || target.kind !== PERSON_KIND) return
  throw new AppError('FORBIDDEN', 'An Admin manages access tokens of service accounts, not those of other members', {
    hint: 'Sign in as that member, or use a service account',
  })
}

export function noUser(username: string): AppError {
  return new AppError('NOT_FOUND', `No user ${username}`, {hint: 'See the users with: tokenry motherduck user list'})
}

function adminRequired(): AppError {
  return new AppError('FORBIDDEN', 'The minimum role org_admin is required', {
    hint: 'Use a read/write token of an Admin of the organization',
  })
}
