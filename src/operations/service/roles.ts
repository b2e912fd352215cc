import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {RoleRow} from '../../service/store/store.ts'
import {ASTRO_POLICY} from '../../vendors/astro/embedded/policy.ts'
import {isDefaultRole} from '../../vendors/astro/roles.ts'
import {hintAtConflict} from '../hint-at-conflict.ts'
import {hintAtDirectory} from './directory-hints.ts'
import {checkDescription, checkName} from './entries.ts'
import {type OpenedOrganization, organizationFlagOf} from './open-embedded.ts'

export interface CustomRole {
  id: string
  name: string
  scope: string
  description: string
  createdAt: string
}

/** Add a role that tokens of deployments can hold. CONFLICT when there is one of this name. */
export async function createRole(
  target: OpenedOrganization,
  {name, description}: {name: string; description: string},
): Promise<CustomRole> {
  const {service, actor, organizationId} = target
  checkName('role', name)
  checkDescription(description)
  if (isDefaultRole(name.toUpperCase())) {
    throw new AppError('CONFLICT', `${name} is a built-in role`, {hint: 'Choose another name'})
  }
  const spec = {organizationId, scopeType: 'DEPLOYMENT', name, description}
  const list = `tokenry service role list${organizationFlagOf(target)}`
  return toCustomRole(await hintAtConflict(list, hintAtDirectory(service.createRole(ASTRO_POLICY, actor, spec))))
}

export async function listCustomRoles({service, organizationId}: OpenedOrganization): Promise<CustomRole[]> {
  return (await service.read.listRoles(organizationId, ASTRO_POLICY.vendor)).map(toCustomRole)
}

/** Delete a custom role by name. CONFLICT while a token holds it. */
export async function deleteRole(target: OpenedOrganization, name: string): Promise<CustomRole> {
  const {service, actor, organizationId} = target
  // Whoever keeps the service may well be signed in elsewhere with the commands for tokens.
  const flags = `--organization-id ${organizationId} --context embedded`
  const deleted = hintAtDirectory(service.deleteRole(ASTRO_POLICY, actor, {organizationId, name}))
  return toCustomRole(await hintAtConflict(`tokenry organization token list --all ${flags}`, deleted))
}

function toCustomRole({id, name, scopeType, description, createdAt}: RoleRow): CustomRole {
  return {id, name, scope: scopeType, description, createdAt: toRfc3339(createdAt)}
}
