import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {RoleRow} from '../../service/store/store.ts'
import {loadCustomRoleRules} from '../../vendors/load-rules.ts'
import {hintAtConflict} from '../tokens/hint-at-conflict.ts'
import {hintAtDirectory, markMissing} from './directory-hints.ts'
import {checkDescription, checkName} from './entries.ts'
import {formatOrganizationFlag, type OpenedOrganization} from './open-embedded.ts'

export interface CustomRole {
  id: string
  name: string
  scope: string
  description: string
  createdAt: string
}

/** Create a role that tokens can hold. CONFLICT if the name is taken. */
export async function createRole(
  target: OpenedOrganization,
  {name, description}: {name: string; description: string},
): Promise<CustomRole> {
  const {service, actor, organizationId} = target
  checkName('role', name)
  checkDescription(description)
  const {policy, scopeType, isBuiltIn} = await loadCustomRoleRules(target.vendors)
  if (isBuiltIn(name)) {
    throw new AppError('CONFLICT', `${name} is a built-in role`, {hint: 'Choose another name'})
  }
  const spec = {organizationId, scopeType, name, description}
  const list = `tokenry service role list${formatOrganizationFlag(target)}`
  return toCustomRole(await hintAtConflict(list, hintAtDirectory(service.createRole(policy, actor, spec))))
}

export async function listCustomRoles({service, organizationId, vendors}: OpenedOrganization): Promise<CustomRole[]> {
  const {policy} = await loadCustomRoleRules(vendors)
  return (await service.read.listRoles(organizationId, policy.vendor)).map(toCustomRole)
}

/** Delete a custom role by name. CONFLICT while a token holds it. */
export async function deleteRole(target: OpenedOrganization, name: string): Promise<CustomRole> {
  const {service, actor, organizationId} = target
  const {policy, listHoldersCommand} = await loadCustomRoleRules(target.vendors)
  const deleted = hintAtDirectory(service.deleteRole(policy, actor, {organizationId, name}))
  const marked = markMissing('role-missing', name, deleted)
  return toCustomRole(await hintAtConflict(listHoldersCommand(organizationId), marked))
}

function toCustomRole({id, name, scopeType, description, createdAt}: RoleRow): CustomRole {
  return {id, name, scope: scopeType, description, createdAt: toRfc3339(createdAt)}
}
