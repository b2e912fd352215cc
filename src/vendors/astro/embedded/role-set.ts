import type {StoreSession} from '../../../service/store/store.ts'
import {ASTRO_LIMITS, type AstroTokenRole, ROLE_ENTITY_TYPES, type RoleEntityType, type TokenScope} from '../api.ts'
import {DEFAULT_ROLES} from '../roles.ts'
import {invalidField} from '../validate.ts'
import type {Entity} from './access.ts'
import {ASTRO_POLICY} from './policy.ts'

/** The entities that a token of each scope may hold roles on (contracts/astro.md, 8.2). */
const ALLOWED: Record<TokenScope, readonly RoleEntityType[]> = {
  ORGANIZATION: ROLE_ENTITY_TYPES,
  WORKSPACE: ['WORKSPACE', 'DEPLOYMENT', 'DAG', 'DAG_TAG'],
  DEPLOYMENT: ['DEPLOYMENT', 'DAG', 'DAG_TAG'],
}

/** A role set that a caller wants a token to have. */
export interface WantedRoles {
  given: AstroTokenRole[]
  /** Roles of the token that the caller cannot see. They stay, and no message names them. */
  kept?: AstroTokenRole[]
}

/**
 * Throw INVALID for a role set that Astro would refuse for a token of this entity
 * (contracts/astro.md, 8.2). The caller has checked that `owner` exists and has the scope that it
 * names.
 */
export async function checkRoleSet(
  session: StoreSession,
  owner: Entity,
  {given, kept = []}: WantedRoles,
): Promise<void> {
  const all = [...given, ...kept]
  if (all.length === 0) throw invalidField('roles', 'min', 'roles must have at least one entry')
  const {rolesMax} = ASTRO_LIMITS
  if (all.length > rolesMax) throw invalidField('roles', 'max', `roles must have at most ${rolesMax} entries`)
  const own = all.filter((role) => role.entityType === owner.scope)
  if (own.length !== 1 || own[0]?.entityId !== owner.id) {
    const where = kept.some(({entityType}) => entityType === owner.scope) ? 'its own entity' : owner.id
    throw invalidField('roles', 'scope', `roles must have exactly one ${owner.scope} role, on ${where}`)
  }
  const seen = new Set<string>()
  for (const role of given) {
    if (!ALLOWED[owner.scope].includes(role.entityType)) {
      throw invalidField('roles', 'scope', `a ${owner.scope} token cannot hold a ${role.entityType} role`)
    }
    const key = `${role.entityType}/${role.entityId}/${role.deploymentId ?? ''}`
    if (seen.has(key)) throw invalidField('roles', 'unique', `roles must name ${role.entityId} once`)
    seen.add(key)
    checkShape(role)
  }
  await checkNames(session, owner, given)
  await checkPlaces(session, owner, given)
}

/** Throw INVALID for a role that is wrong independently of the other roles and the store. */
function checkShape(role: AstroTokenRole): void {
  // The binary sends an empty id if it has no workspace (contracts/astro-cli.md, section 2.2).
  if (role.entityId === '') throw invalidField('roles', 'required', `a ${role.entityType} role needs an entityId`)
  if (isOnDag(role) && !role.deploymentId) throw invalidField('roles', 'required', 'a DAG role needs a deploymentId')
  if (!isOnDag(role) && role.deploymentId) throw invalidField('roles', 'excluded', 'only a DAG role has a deploymentId')
}

/**
 * Throw INVALID for an unknown role name. Only custom roles with these names are read, and none if
 * every name is built in.
 */
async function checkNames(session: StoreSession, owner: Entity, roles: AstroTokenRole[]): Promise<void> {
  const toLevel = (role: AstroTokenRole) => (isOnDag(role) ? 'DAG' : role.entityType)
  const unknownTo = (known: {scopeType: string; name: string}[]) => (role: AstroTokenRole) =>
    !known.some(({scopeType, name}) => scopeType === toLevel(role) && name === role.role)
  const others = roles.filter(unknownTo(DEFAULT_ROLES))
  if (others.length === 0) return
  const names = others.map(({role}) => role)
  const custom = await session.listRoles(owner.organizationId, ASTRO_POLICY.vendor, {names})
  const wrong = others.find(unknownTo(custom))
  if (!wrong) return
  throw invalidField('role', 'oneof', `${wrong.role} is not a role for a ${toLevel(wrong).toLowerCase()}`)
}

/**
 * Throw INVALID for a role on a missing entity. There is one set of ids for each type: the id of a
 * deployment is not the id of a workspace. The owner exists, so it is not read.
 */
async function checkPlaces(session: StoreSession, owner: Entity, roles: AstroTokenRole[]): Promise<void> {
  const {organizationId} = owner
  const places = roles.map(describePlace)
  const listIds = (scope: TokenScope) =>
    places.filter((place) => place.scope === scope && !isOwner(place)).map(({id}) => id)
  const isOwner = ({scope, id}: RolePlace) => scope === owner.scope && id === owner.id
  const known: Record<TokenScope, Set<string>> = {
    ORGANIZATION: new Set([organizationId]),
    WORKSPACE: idSet(await session.findWorkspaces(organizationId, listIds('WORKSPACE'))),
    DEPLOYMENT: idSet(await session.findDeployments(organizationId, listIds('DEPLOYMENT'))),
  }
  for (const place of places) {
    if (isOwner(place) || known[place.scope].has(place.id)) continue
    throw invalidField('roles', 'exists', `no ${place.scope.toLowerCase()} ${place.id}`)
  }
}

interface RolePlace {
  scope: TokenScope
  id: string
}

/** Return the entity that must exist for a role; for a role on a DAG, its deployment. */
function describePlace(role: AstroTokenRole): RolePlace {
  const {entityType, entityId, deploymentId = ''} = role
  return entityType === 'DAG' || entityType === 'DAG_TAG'
    ? {scope: 'DEPLOYMENT', id: deploymentId}
    : {scope: entityType, id: entityId}
}

function idSet(rows: {id: string}[]): Set<string> {
  return new Set(rows.map(({id}) => id))
}

function isOnDag({entityType}: AstroTokenRole): boolean {
  return entityType === 'DAG' || entityType === 'DAG_TAG'
}
