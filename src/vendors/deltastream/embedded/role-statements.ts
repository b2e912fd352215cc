import {AppError} from '../../../errors/app-error.ts'
import type {RoleRow, StoreSession} from '../../../service/store/store.ts'
import {DELTASTREAM_POLICY} from './policy.ts'
import {requireIncluded, useRole} from './principal.ts'
import {isBuiltInRole, PUBLIC_ROLE, ROLE_SCOPE} from './roles.ts'
import {noRole, SqlFailure, showName} from './sql-failure.ts'
import {readSession, type Session} from './tokens.ts'

/** Create a role directly below that of the session (contracts/deltastream.md, 4.6). */
export async function createRole(session: Session, name: string): Promise<void> {
  const spec = {organizationId: session.organizationId, scopeType: ROLE_SCOPE, name, description: ''}
  const creating = session.service.createRole(DELTASTREAM_POLICY, session.principal.actor, {
    ...spec,
    async placeBelow(store: StoreSession) {
      const {role} = await readSession(session, store)
      requireAdministration(role)
      return role.id
    },
  })
  await creating.catch((err: unknown) => {
    if (!isRefusal(err, 'name-taken')) throw err
    throw new SqlFailure('42P011', `role ${showName(name)} already exists`)
  })
}

export async function dropRole(session: Session, name: string): Promise<void> {
  const dropping = session.service.deleteRole(DELTASTREAM_POLICY, session.principal.actor, {
    organizationId: session.organizationId,
    name,
    async allow(store, dropped) {
      const {caller, role} = await readSession(session, store)
      requireAdministration(role)
      if (isBuiltInRole(dropped.name)) throw new SqlFailure('42501', `the role ${showName(name)} is built in`)
      requireIncluded(caller, role, dropped)
    },
  })
  await dropping.catch((err: unknown) => {
    if (isRefusal(err, 'role-missing')) throw noRole(name)
    if (!isRefusal(err, 'role-in-use')) throw err
    throw new SqlFailure('2BP01', `an API token uses the role ${showName(name)}`)
  })
}

/** Return the role of the session from now on. */
export async function chooseRole(session: Session, name: string): Promise<RoleRow> {
  return useRole((await readSession(session)).caller, name)
}

/** Only the built-in roles above `public` manage roles (contracts/deltastream.md, 4.6). */
function requireAdministration(role: RoleRow): void {
  if (isBuiltInRole(role.name) && role.name !== PUBLIC_ROLE) return
  throw new SqlFailure('42501', `the role ${showName(role.name)} may not manage roles`)
}

function isRefusal(err: unknown, reason: 'name-taken' | 'role-missing' | 'role-in-use'): boolean {
  return err instanceof AppError && err.details.reason === reason
}
