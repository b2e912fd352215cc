import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime.ts'
import type {RoleRow} from '../../service/store/store.ts'
import {ASTRO_LIMITS} from '../../vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../vendors/astro/policy.ts'
import {isDefaultRole} from '../../vendors/astro/roles.ts'
import {openEmbedded} from './open-embedded.ts'

export interface CustomRole {
  id: string
  name: string
  scope: string
  description: string
  createdAt: string
}

/** Add a role that tokens of deployments can hold. CONFLICT when there is one of this name. */
export async function createRole(
  runtime: Runtime,
  options: {context?: string | undefined; name: string; description: string},
): Promise<CustomRole> {
  const {name, description} = options
  if (name === '' || name.length > ASTRO_LIMITS.nameLengthMax) {
    throw new AppError(
      'USAGE',
      `The name of a role has 1 to ${ASTRO_LIMITS.nameLengthMax} characters, not ${name.length}`,
      {
        hint: 'Choose another name',
      },
    )
  }
  if (description.length > ASTRO_LIMITS.descriptionLengthMax) {
    throw new AppError(
      'USAGE',
      `A description has at most ${ASTRO_LIMITS.descriptionLengthMax} characters, not ${description.length}`,
      {
        hint: 'Shorten --description',
      },
    )
  }
  if (name !== name.trim())
    throw new AppError('USAGE', 'The name of a role neither begins nor ends with a blank', {
      hint: `Write it as ${JSON.stringify(name.trim())}`,
    })
  if (isDefaultRole(name.toUpperCase())) {
    throw new AppError('CONFLICT', `${name} is a built-in role`, {hint: 'Choose another name'})
  }
  const {service, actor, organizationId} = await openEmbedded(runtime, options.context)
  const spec = {organizationId, vendor: ASTRO_POLICY.vendor, scopeType: 'DEPLOYMENT', name, description}
  return toCustomRole(await service.createRole(actor, spec))
}

export async function listCustomRoles(
  runtime: Runtime,
  options: {context?: string | undefined},
): Promise<CustomRole[]> {
  const {service, organizationId} = await openEmbedded(runtime, options.context)
  return (await service.read.listRoles(organizationId, ASTRO_POLICY.vendor)).map(toCustomRole)
}

/** Delete a custom role by name. CONFLICT while a token holds it. */
export async function deleteRole(
  runtime: Runtime,
  options: {context?: string | undefined; name: string},
): Promise<CustomRole> {
  const {service, actor, organizationId} = await openEmbedded(runtime, options.context)
  const reference = {organizationId, vendor: ASTRO_POLICY.vendor, name: options.name}
  return toCustomRole(await service.deleteRole(actor, reference))
}

function toCustomRole({id, name, scopeType, description, createdAt}: RoleRow): CustomRole {
  return {id, name, scope: scopeType, description, createdAt: toRfc3339(createdAt)}
}
