import type {StoreSession} from '../../service/store/store.ts'
import {ASTRO_LIMITS, type AstroTokenRole, type RoleEntityType, type TokenScope} from './api.ts'
import {ASTRO_POLICY} from './policy.ts'
import type {Entity} from './principal.ts'
import {DEFAULT_ROLES} from './roles.ts'
import {invalidField} from './validate.ts'

/** Which entities a token of each scope may hold roles on (contracts/astro.md, 8.2). */
const ALLOWED: Record<TokenScope, RoleEntityType[]> = {
  ORGANIZATION: ['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT', 'DAG', 'DAG_TAG'],
  WORKSPACE: ['WORKSPACE', 'DEPLOYMENT', 'DAG', 'DAG_TAG'],
  DEPLOYMENT: ['DEPLOYMENT', 'DAG', 'DAG_TAG'],
}

/** INVALID for a role set that Astro would refuse for a token of this entity (contracts/astro.md, 8.2). */
export async function checkRoleSet(session: StoreSession, owner: Entity, roles: AstroTokenRole[]): Promise<void> {
  if (roles.length === 0) throw invalidField('roles', 'min', 'roles must have at least one entry')
  const {rolesMax} = ASTRO_LIMITS
  if (roles.length > rolesMax) throw invalidField('roles', 'max', `roles must have at most ${rolesMax} entries`)
  const own = roles.filter((role) => role.entityType === owner.scope)
  if (own.length !== 1 || own[0]?.entityId !== owner.id) {
    throw invalidField('roles', 'scope', `roles must have exactly one ${owner.scope} role, on ${owner.id}`)
  }
  const directory = await readDirectory(session, owner.organizationId)
  const seen = new Set<string>()
  for (const role of roles) {
    if (!ALLOWED[owner.scope].includes(role.entityType)) {
      throw invalidField('roles', 'scope', `a ${owner.scope} token cannot hold a ${role.entityType} role`)
    }
    const key = `${role.entityType}/${role.entityId}/${role.deploymentId ?? ''}`
    if (seen.has(key)) throw invalidField('roles', 'unique', `roles must name ${role.entityId} once`)
    seen.add(key)
    checkRole(directory, role)
  }
}

/** What roles can be and can be on, read once for the whole set. */
interface Directory {
  /** `DEPLOYMENT/deployer` */
  roles: Set<string>
  entityIds: Set<string>
}

async function readDirectory(session: StoreSession, organizationId: string): Promise<Directory> {
  const custom = await session.listRoles(organizationId, ASTRO_POLICY.vendor)
  const entities = [
    ...(await session.listWorkspaces(organizationId)),
    ...(await session.listDeployments(organizationId)),
    {id: organizationId},
  ]
  return {
    roles: new Set([...DEFAULT_ROLES, ...custom].map(({scopeType, name}) => `${scopeType}/${name}`)),
    entityIds: new Set(entities.map(({id}) => id)),
  }
}

function checkRole({roles, entityIds}: Directory, role: AstroTokenRole): void {
  const isDag = role.entityType === 'DAG' || role.entityType === 'DAG_TAG'
  const level = isDag ? 'DAG' : role.entityType
  // The binary sends an empty one when it knows no workspace (contracts/astro-cli.md, section 2.2).
  if (role.entityId === '') throw invalidField('roles', 'required', `a ${role.entityType} role needs an entityId`)
  if (isDag && !role.deploymentId) throw invalidField('roles', 'required', 'a DAG role needs a deploymentId')
  if (!isDag && role.deploymentId) throw invalidField('roles', 'excluded', 'only a DAG role has a deploymentId')
  if (!roles.has(`${level}/${role.role}`)) {
    throw invalidField('role', 'oneof', `${role.role} is no role for a ${level.toLowerCase()}`)
  }
  const entityId = role.deploymentId ?? role.entityId
  if (!entityIds.has(entityId)) throw invalidField('roles', 'exists', `no ${level.toLowerCase()} ${entityId}`)
}
