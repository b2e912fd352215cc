import {AppError} from '../../../errors/app-error.ts'
import type {AccountRow, OrganizationRow, RoleRow, StoreSession} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Credential} from '../../../service/tokens/authenticate.ts'
import type {Principal} from '../../principal.ts'
import {findAccount, findOwner} from './owner.ts'
import {FIRST_ROLE, type Roles, readRoles, TOP_ROLE} from './roles.ts'
import {noRole, SqlFailure, showName} from './sql-failure.ts'

/** The current state of the principal. */
export interface Caller {
  organization: OrganizationRow
  /** The account whose tokens the caller sees. */
  account: AccountRow
  roles: Roles
  /** The role that the caller has. It includes all that the caller may use. */
  held: RoleRow
  /** The role of a session that names none. */
  first: RoleRow
  /** The role whose rights the caller has in a session with this role. */
  findRights(role: RoleRow): RoleRow
}

/**
 * Return the current state of the principal. Since the request began, its token may have been
 * dropped. UNAUTHENTICATED if the token or its secret has ended.
 */
export async function readCaller(service: TokenService, session: StoreSession, principal: Principal): Promise<Caller> {
  return principal.kind === 'owner' ? readOwner(session, principal) : readToken(service, session, principal)
}

/**
 * The owner of the store begins as `sysadmin`, as at a first sign-in, so that the roles that the
 * owner creates are below it. But the owner may do everything, so only another role limits that.
 */
async function readOwner(session: StoreSession, {organizationId}: {organizationId: string}): Promise<Caller> {
  const organization = await findOrganization(session, organizationId)
  const roles = await readRoles(session, organizationId)
  const [held, first, account] = [
    roles.find(TOP_ROLE),
    roles.find(FIRST_ROLE),
    await findOwner(session, organizationId),
  ]
  if (!held || !first || !account) throw notSeeded(organization)
  return {organization, account, roles, held, first, findRights: (role) => (role.id === first.id ? held : role)}
}

/** Each opening runs the seed, if it can write. */
function notSeeded({name}: OrganizationRow): AppError {
  const what = `The organization ${name} has no roles of DeltaStream yet, and the token store can only be read`
  return new AppError('CONFIG', what, {
    hint: 'Get write access to its folder, then run the command again; or set TOKENRY_HOME to a folder of yours',
  })
}

async function readToken(service: TokenService, session: StoreSession, credential: Credential): Promise<Caller> {
  const {token} = await service.reauthenticate(session, credential)
  const {organizationId, ownerId} = token
  const roles = await readRoles(session, organizationId)
  const account = await findAccount(session, organizationId, ownerId)
  const held = roles.find(token.roles[0]?.role ?? '')
  // The tokens of an account end with it, and a role that a token has is not dropped.
  if (!account || !held) throw new Error(`The account or the role of token ${token.id} is gone`)
  const organization = await findOrganization(session, organizationId)
  return {organization, account, roles, held, first: held, findRights: (role) => role}
}

async function findOrganization(session: StoreSession, organizationId: string): Promise<OrganizationRow> {
  const found = await session.findOrganization(organizationId)
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${organizationId}`, {
    hint: 'See them with: tokenry service organization list',
  })
}

/**
 * Return a role that the caller may use: its own, or one that this includes. 3D001 if there is none
 * of this name, 42501 for any other.
 */
export function useRole({roles, held}: Caller, name: string): RoleRow {
  const role = roles.find(name)
  if (!role) throw noRole(name)
  if (roles.includes(held, role)) return role
  throw new SqlFailure('42501', `the token does not have the role ${showName(name)}`)
}

/** Throw 42501 unless the rights of the session's role include those of another role. */
export function requireIncluded(caller: Caller, sessionRole: RoleRow, other: RoleRow): void {
  if (caller.roles.includes(caller.findRights(sessionRole), other)) return
  const [own, needed] = [showName(sessionRole.name), showName(other.name)]
  throw new SqlFailure('42501', `the role ${own} does not include the role ${needed}`)
}
