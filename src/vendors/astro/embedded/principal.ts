import {AppError} from '../../../errors/app-error.ts'
import {shellPath} from '../../../lib/shell-path.ts'
import type {StoreSession, TokenRoleRow, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {invalidField} from '../validate.ts'
import {
  type Access,
  type Entity,
  entityOfRole,
  entityOfToken,
  isManagerOf,
  managesAnything,
  type Principal,
} from './access.ts'
import {toAstroRole} from './astro-types.ts'
import {accessOn, accessTo, readPlaces, readPlacesOfAnyType} from './places.ts'
import {AGENT_KIND} from './policy.ts'
import {findMisplacedRoles, findSeenNoun, type MisplacedRole, NOUNS} from './sight.ts'

/**
 * Return the current state of the principal. Since the request began, its token may have been
 * deleted, lost a role, or got another secret. Then the old permissions are no longer valid.
 * UNAUTHENTICATED if the token or its secret has ended.
 */
export async function readPrincipal(
  service: TokenService,
  session: StoreSession,
  principal: Principal,
): Promise<Principal> {
  if (principal.kind === 'owner') return principal
  return {...principal, ...(await service.reauthenticate(session, principal))}
}

/**
 * Throw unless the principal may manage the tokens of the entity: NOT_FOUND if it cannot see the
 * entity, FORBIDDEN if it can.
 */
export async function requireManager(session: StoreSession, principal: Principal, entity: Entity): Promise<void> {
  requireManage(await accessTo(session, principal, entity), entity)
}

function requireManage(access: Access, {scope, id}: Entity): void {
  const what = `${scope.toLowerCase()} ${id}`
  if (access === 'none') throw new AppError('NOT_FOUND', `No ${what}`, {hint: 'Check the id'})
  if (access === 'see') throw forbidden(what)
}

/**
 * Throw unless the principal may manage this token: the same rule, for the token's own entity. A
 * token that the principal cannot see is NOT_FOUND, like a missing one. So is an agent token, which
 * has its own methods.
 */
export async function requireTokenManager(
  session: StoreSession,
  principal: Principal,
  token: TokenView,
): Promise<void> {
  const access = isAgentToken(token) ? 'none' : await accessTo(session, principal, entityOfToken(token))
  if (access === 'none') throw noToken(token.id)
  if (access === 'see') throw forbidden(`${token.scope.toLowerCase()} ${token.ownerId}`)
}

/**
 * Throw unless the principal may read the token. It may if it manages an entity on which the token
 * holds a role. It also may if it sees the owner of the token and manages any entity, because it
 * can give the token a role there (contracts/astro.md, 8.3).
 */
export async function requireTokenReader(session: StoreSession, principal: Principal, token: TokenView): Promise<void> {
  if (isAgentToken(token)) throw noToken(token.id)
  const {organizationId} = token
  // Nothing has to be read: the owner of a live token always exists.
  if (isManagerOf(principal, organizationId)) return
  const entities = [entityOfToken(token), ...token.roles.map((role) => entityOfRole(organizationId, role))]
  const places = await readPlaces(session, principal, {organizationId, entities})
  let visible: Entity | null = null
  for (const entity of entities) {
    const access = accessOn(places, principal, entity)
    if (access === 'manage') return
    if (access === 'see') visible ??= entity
  }
  if (!visible) throw noToken(token.id)
  const isOwner = visible.id === token.ownerId
  if (!isOwner || !managesAnything(principal)) throw forbidden(`${visible.scope.toLowerCase()} ${visible.id}`)
}

/**
 * Throw unless the caller manages every entity that a changed role is on, so that no one gets more
 * permissions than they have. If no role changes, the caller must manage the token itself. A
 * missing entity that the caller could see is left to `checkRoleSet`.
 */
export async function requireRoleChange(
  session: StoreSession,
  principal: Principal,
  {token, changed}: {token: TokenView; changed: TokenRoleRow[]},
): Promise<void> {
  const {organizationId} = token
  if (changed.length === 0) return requireTokenManager(session, principal, token)
  const entities = changed.map((role) => entityOfRole(organizationId, role))
  const places = await readPlacesOfAnyType(session, principal, {organizationId, entities})
  const isWhole = isManagerOf(principal, organizationId)
  for (const entity of entities) {
    if (!places.find(entity) && (isWhole || findSeenNoun(principal, places, entity))) continue
    requireManage(accessOn(places, principal, entity), entity)
  }
}

/**
 * Throw unless the caller, who receives a new secret, manages every entity that the token has a
 * role on. FORBIDDEN does not name an entity that the caller cannot see. CONFLICT for a role on an
 * entity of another type, which older versions accepted. No one can manage such a role, so the
 * message names it, and the hint is the role set without it.
 */
export async function requireGrants(session: StoreSession, principal: Principal, token: TokenView): Promise<void> {
  const {organizationId, id, roles} = token
  const entities = roles.map((role) => entityOfRole(organizationId, role))
  const places = await readPlacesOfAnyType(session, principal, {organizationId, entities})
  const misplaced = findMisplacedRoles(principal, places, token)
  for (const role of roles) {
    if (misplaced.some((each) => each.role === role)) continue
    const entity = entityOfRole(organizationId, role)
    const access = accessOn(places, principal, entity)
    if (access === 'see') throw forbidden(`${entity.scope.toLowerCase()} ${entity.id}`)
    if (access === 'none') throw forbidden(`all that API token ${id} has a role on`)
  }
  if (misplaced.length > 0) throw misplacedConflict(token, misplaced)
}

function misplacedConflict({organizationId, id, roles}: TokenView, misplaced: MisplacedRole[]): AppError {
  const held = misplaced.map(({role, is}) => `${role.role} on ${describeRole(role)}, which is ${is}`).join('; ')
  const wrong = new Set(misplaced.map(({role}) => role))
  const rest = roles.filter((role) => !wrong.has(role)).map(toAstroRole)
  return new AppError('CONFLICT', `API token ${id} cannot be rotated while it has ${held}; replace its roles first`, {
    hint: `Write the other roles, through tokenry service start: curl -H "Authorization: Bearer $TOKEN" --json ${shellPath(JSON.stringify({roles: rest}))} http://localhost:8888/v1/organizations/${encodeURIComponent(organizationId)}/tokens/${encodeURIComponent(id)}/roles`,
  })
}

/** Return the entity of a role: `workspace cm…`. For a role on a DAG, it is the deployment. */
function describeRole(role: TokenRoleRow): string {
  const {scope, id} = entityOfRole('', role)
  return `${scope.toLowerCase()} ${id}`
}

/**
 * Throw INVALID if the id is of an entity of another type that the caller can see. NOT_FOUND would
 * be misleading, because the entity exists.
 */
export async function requireType(session: StoreSession, principal: Principal, entity: Entity): Promise<void> {
  const {organizationId} = entity
  const places = await readPlacesOfAnyType(session, principal, {organizationId, entities: [entity]})
  if (places.find(entity)) return
  const is = findSeenNoun(principal, places, entity)
  if (is) throw invalidField('entityId', 'exists', `entityId ${entity.id} is ${is}, not ${NOUNS[entity.scope]}`)
}

function isAgentToken(token: TokenView): boolean {
  return token.kind === AGENT_KIND
}

export function noToken(id: string): AppError {
  return new AppError('NOT_FOUND', `No API token ${id}`, {hint: 'Check the id'})
}

function forbidden(what: string): AppError {
  return new AppError('FORBIDDEN', `This credential may not manage API tokens of ${what}`, {
    hint: 'Use a token whose role there is an admin or owner role',
  })
}
