import {AppError} from '../../../errors/app-error.ts'
import type {AccountRow, StoreSession} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Principal} from '../../principal.ts'
import {MOTHERDUCK_LIMITS, type MotherDuckApi, type UsersQuery} from '../api.ts'
import {foldUsername, invalidFields, parseCreateUserBody} from '../validate.ts'
import {listAccountsByName, PERSON_KIND, readRunning, SERVICE_KIND, toUser} from './accounts.ts'
import {MOTHERDUCK_POLICY} from './policy.ts'
import {findTarget, readCaller, requireAdmin, requireReadWrite} from './principal.ts'

export type UsersApi = Pick<MotherDuckApi, 'createUser' | 'deleteUser' | 'listUsers' | 'listActiveAccounts'>

/** Return the part of the API for the users of the organization. */
export function usersApi(service: TokenService, principal: Principal): UsersApi {
  const {read} = service
  const requireAdminNow = async (session: StoreSession) => requireAdmin(await readCaller(service, session, principal))
  return {
    async createUser(body) {
      requireReadWrite(principal)
      const {username} = parseCreateUserBody(body)
      const caller = await readCaller(service, read, principal)
      requireAdmin(caller)
      const {organizationId} = caller
      const names = {kind: SERVICE_KIND, name: username, nameKey: foldUsername(username), email: null}
      const spec = {organizationId, ...names, allow: requireAdminNow}
      const account = await service.createAccount(MOTHERDUCK_POLICY, principal.actor, spec).catch(wordTaken(username))
      return {username: account.name}
    },
    async deleteUser(username) {
      requireReadWrite(principal)
      const caller = await readCaller(service, read, principal)
      const account = await findTarget(read, caller, username)
      requireAdmin(caller)
      await service.deleteAccount(MOTHERDUCK_POLICY, principal.actor, {
        organizationId: account.organizationId,
        accountId: account.id,
        async allow(session, current) {
          await requireAdminNow(session)
          await refuseLastAdmin(session, current)
        },
      })
      return {username: account.name}
    },
    async listUsers(query) {
      requireReadWrite(principal)
      const page = toPage(query)
      const {organizationId} = await readCaller(service, read, principal)
      const accounts = await listMatching(read, organizationId, query)
      const {after, offset, limit} = page
      const start = after === null ? offset : accounts.filter(({nameKey}) => nameKey <= after).length
      const shown = accounts.slice(start, start + limit)
      const last = shown.at(-1)
      const isLast = start + limit >= accounts.length || !last
      return {
        users: shown.map(toUser),
        total_count: accounts.length,
        next_page_token: isLast ? null : Buffer.from(last.nameKey).toString('base64url'),
      }
    },
    async listActiveAccounts() {
      requireReadWrite(principal)
      const caller = await readCaller(service, read, principal)
      requireAdmin(caller)
      const accounts = await listAccountsByName(read, caller.organizationId)
      return {
        accounts: accounts
          .map((account) => ({username: account.name, ducklings: readRunning(account)}))
          .filter(({ducklings}) => ducklings.length > 0),
      }
    },
  }
}

/** The API has no conflict: a name that is taken is an invalid one (contracts/motherduck.md, 3). */
function wordTaken(username: string): (err: unknown) => never {
  return (err) => {
    if (!(err instanceof AppError) || err.details.reason !== 'name-taken') throw err
    throw invalidFields([{field: 'username', code: 'unique', message: `username ${username} is already taken`}])
  }
}

async function refuseLastAdmin(session: StoreSession, account: AccountRow): Promise<void> {
  if (!account.admin) return
  const accounts = await listAccountsByName(session, account.organizationId)
  if (accounts.some(({admin, id}) => admin && id !== account.id)) return
  throw new AppError('FORBIDDEN', `${account.name} is the only Admin of the organization, and one must exist`, {
    hint: 'Create another one first: tokenry service user create NAME --vendor motherduck --admin',
  })
}

function listMatching(
  session: StoreSession,
  organizationId: string,
  {is_service_account: isService, is_deprovisioned: isDeprovisioned = false}: UsersQuery,
): Promise<AccountRow[]> {
  // A user who is gone has no row.
  if (isDeprovisioned) return Promise.resolve([])
  const kind = isService === undefined ? {} : {kind: isService ? SERVICE_KIND : PERSON_KIND}
  return listAccountsByName(session, organizationId, kind)
}

/**
 * Return the bounds of a page. The page token is the name after which the page begins, so that a
 * user who is created or deleted meanwhile shifts nothing. INVALID for numbers out of range.
 */
function toPage({limit = MOTHERDUCK_LIMITS.pageLimitDefault, offset = 0, page_token: token}: UsersQuery): {
  limit: number
  offset: number
  after: string | null
} {
  const {pageLimitMax} = MOTHERDUCK_LIMITS
  const errors = [
    ...(isWhole(limit, 1, pageLimitMax)
      ? []
      : [{field: 'limit', code: 'range', message: `limit must be a whole number from 1 to ${pageLimitMax}`}]),
    ...(isWhole(offset, 0, Number.MAX_SAFE_INTEGER)
      ? []
      : [{field: 'offset', code: 'range', message: 'offset must be a whole number from 0'}]),
  ]
  if (errors.length > 0) throw invalidFields(errors)
  return {limit, offset, after: token === undefined ? null : Buffer.from(token, 'base64url').toString()}
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
