import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {RoleRow} from '../../service/store/store.ts'
import {ASTRO_POLICY} from '../../vendors/astro/policy.ts'
import {isDefaultRole} from '../../vendors/astro/roles.ts'
import {checkDescription, checkName} from './entries.ts'
import type {OpenedOrganization} from './open-embedded.ts'

export interface CustomRole {
  id: string
  name: string
  scope: string
  description: string
  createdAt: string
}

/** Add a role that tokens of deployments can hold. CONFLICT when there is one of this name. */
export async function createRole(
  {service, actor, organizationId}: OpenedOrganization,
  {name, description}: {name: string; description: string},
): Promise<CustomRole> {
  checkName('role', name)
  checkDescription(description)
  if (isDefaultRole(name.toUpperCase())) {
    throw new AppError('CONFLICT', `${name} is a built-in role`, {hint: 'Choose another name'})
  }
  const spec = {organizationId, vendor: ASTRO_POLICY.vendor, scopeType: 'DEPLOYMENT', name, description}
  return toCustomRole(await service.createRole(actor, spec))
}

export async function listCustomRoles({service, organizationId}: OpenedOrganization): Promise<CustomRole[]> {
  return (await service.read.listRoles(organizationId, ASTRO_POLICY.vendor)).map(toCustomRole)
}

/** Delete a custom role by name. CONFLICT while a token holds it. */
export async function deleteRole(
  {service, actor, organizationId}: OpenedOrganization,
  name: string,
): Promise<CustomRole> {
  return toCustomRole(await service.deleteRole(actor, {organizationId, vendor: ASTRO_POLICY.vendor, name}))
}

function toCustomRole({id, name, scopeType, description, createdAt}: RoleRow): CustomRole {
  return {id, name, scope: scopeType, description, createdAt: toRfc3339(createdAt)}
}
