import {AppError} from '../../errors/app-error.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {RoleRow, StoreSession} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {findOrganization} from './find.ts'

export interface RoleSpec {
  organizationId: string
  scopeType: string
  name: string
  description: string
  /**
   * Return the id of the role directly above it, for a vendor whose roles are a hierarchy. Throw if
   * the caller may not create it. Runs in the transaction that creates it.
   */
  placeBelow?: (session: StoreSession) => Promise<string>
}

export interface RoleReference {
  organizationId: string
  name: string
  /** Throw if the caller may not delete it. Runs in the transaction of the delete. */
  allow?: (session: StoreSession, role: RoleRow) => Promise<void>
}

/**
 * Create a custom role for the vendor of the policy. Throw CONFLICT if the organization has one
 * with this name for the same scope type.
 */
export async function createRole(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: RoleSpec,
): Promise<RoleRow> {
  const now = context.now()
  const {placeBelow, ...named} = spec
  const id = policy.newId('role')
  return context.store.transaction(async (session) => {
    await findOrganization(session, spec.organizationId)
    const parentId = (await placeBelow?.(session)) ?? null
    const role: RoleRow = {...named, vendor: policy.vendor, id, parentId, createdAt: now, updatedAt: now}
    if (!(await session.insertRole(role))) {
      throw new AppError('CONFLICT', `A role named ${spec.name} already exists`, {
        reason: 'name-taken',
        facts: {noun: 'role', name: spec.name},
        hint: 'Choose another name',
      })
    }
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'role.create',
      targetType: 'role',
      targetId: role.id,
      detail: {name: role.name, scopeType: role.scopeType},
    })
    return role
  })
}

/**
 * Delete a custom role by its name. Throw CONFLICT with the ids of the tokens while a token has the
 * role.
 */
export async function deleteRole(
  context: ServiceContext,
  {vendor}: TokenPolicy,
  actor: Actor,
  {organizationId, name, allow}: RoleReference,
): Promise<RoleRow> {
  return context.store.transaction(async (session) => {
    const [role] = await session.listRoles(organizationId, vendor, {names: [name]})
    if (!role) throw new AppError('NOT_FOUND', `No custom role ${name}`, {reason: 'role-missing'})
    await allow?.(session, role)
    const holders = await session.listTokenIdsWithRole(organizationId, vendor, role.scopeType, name)
    if (holders.length > 0) throw roleInUse(name, holders)
    await session.deleteRole(organizationId, role.id)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'role.delete',
      targetType: 'role',
      targetId: role.id,
      detail: {name, scopeType: role.scopeType},
    })
    return role
  })
}

function roleInUse(name: string, holders: string[]): AppError {
  const tokenIds = holders.slice(0, 5)
  const more = holders.length > 5 ? ` and ${holders.length - 5} more` : ''
  return new AppError('CONFLICT', `The role ${name} is in use by API token ${tokenIds.join(', ')}${more}`, {
    reason: 'role-in-use',
    facts: {tokenIds, count: holders.length},
    hint: 'Give these tokens another role first',
  })
}
