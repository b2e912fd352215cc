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
 * The principal as it is now: a token that was deleted, lost a role, or whose secret was rotated away since the request began has
 * no say any more. UNAUTHENTICATED for one that has none at all.
 */
export async function readPrincipal(
  service: TokenService,
  session: StoreSession,
  principal: Principal,
): Promise<Principal> {
  if (principal.kind === 'owner') return principal
  return {...principal, ...(await service.reauthenticate(session, principal))}
}

/** NOT_FOUND when the principal cannot even see the entity, FORBIDDEN when it may not manage its tokens. */
export async function requireManager(session: StoreSession, principal: Principal, entity: Entity): Promise<void> {
  requireManage(await accessTo(session, principal, entity), entity)
}

function requireManage(access: Access, {scope, id}: Entity): void {
  const what = `${scope.toLowerCase()} ${id}`
  if (access === 'none') throw new AppError('NOT_FOUND', `No ${what}`, {hint: 'Check the id'})
  if (access === 'see') throw forbidden(what)
}

/**
 * The same for one token, with its own entity: a token that the principal cannot see answers like one that is not there, and so does
 * an agent token, which has methods of its own.
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
 * A token may be looked at by anyone who manages an entity on which it holds a role, and by anyone who sees what it belongs to and manages
 * anything at all: they can give it a role there (contracts/astro.md, 8.3).
 */
export async function requireTokenReader(session: StoreSession, principal: Principal, token: TokenView): Promise<void> {
  if (isAgentToken(token)) throw noToken(token.id)
  const {organizationId} = token
  // All that a live token of the organization belongs to is there.
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
 * The caller must manage every entity that a changed role is on: no one is lifted above what they are. Where nothing differs, the
 * token itself has to be theirs. An entity that is not there is left to the check of the set, if the caller would see it if it were.
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
 * The caller, who receives a new secret, must manage every entity that the token has a role on. FORBIDDEN otherwise, without the id
 * of an entity that the caller cannot see. CONFLICT for a role on an entity of another type, which older versions accepted: no role
 * there can be managed, so the message names it and the hint is the set without it.
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
    hint: `Give it the others, through tokenry service start: curl -H "Authorization: Bearer $TOKEN" --json ${shellPath(JSON.stringify({roles: rest}))} http://localhost:8888/v1/organizations/${organizationId}/tokens/${id}/roles`,
  })
}

/** `workspace cm…`; a role on a DAG is on one of its deployment. */
function describeRole(role: TokenRoleRow): string {
  const {scope, id} = entityOfRole('', role)
  return `${scope.toLowerCase()} ${id}`
}

/**
 * INVALID for an entity that is of another type than the caller says, where the caller can see it: it is there, so NOT_FOUND would
 * mislead.
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
