import {AppError} from '../../errors/app-error.ts'
import type {Actor} from '../../service/context.ts'
import type {DeploymentRow, StoreSession, TokenRoleRow, TokenView, WorkspaceRow} from '../../service/store/store.ts'
import type {TokenScope} from './api.ts'
import {AGENT_KIND, ASTRO_POLICY} from './policy.ts'
import {scopeOf} from './wire.ts'

/** For whom the API answers: the owner of the store, who may do all, or the token of a request, which may do what its roles say. */
export type Principal = {kind: 'owner'; actor: Actor} | {kind: 'token'; actor: Actor; token: TokenView}

export interface Entity {
  organizationId: string
  scope: TokenScope
  /** Id of the organization, workspace or deployment. */
  id: string
}

type Access = 'manage' | 'see' | 'none'

/**
 * The principal as it is now: a token that was deleted, or lost a role, since the request began has no say any more.
 * UNAUTHENTICATED for a token that is gone.
 */
export async function readPrincipal(session: StoreSession, principal: Principal): Promise<Principal> {
  if (principal.kind === 'owner') return principal
  const {organizationId, id} = principal.token
  const token = await session.findToken(organizationId, ASTRO_POLICY.vendor, id)
  if (token && token.deletedAt === null) return {...principal, token}
  throw new AppError('UNAUTHENTICATED', 'The API token is missing, invalid or expired', {
    hint: 'See what it is with: tokenry token verify --token-file FILE',
  })
}

/** What the principal may do with tokens of this entity; `none` when the entity is not there either. */
async function accessTo(session: StoreSession, principal: Principal, entity: Entity): Promise<Access> {
  const place = await findPlace(session, entity)
  return place ? accessIn(principal, place) : 'none'
}

/**
 * Contracts/astro.md, 8.3: tokens of an entity are managed with the strongest role on it or on one above it. It is seen with any role on
 * it or above it, except that a weaker role on the organization shows nothing below; and whoever has a role in a deployment sees
 * the workspace that it lies in, which the claims of its token name.
 */
export function accessIn(principal: Principal, {organizationId, chain, deploymentIds}: Place): Access {
  if (principal.kind === 'owner') return 'manage'
  const {token} = principal
  if (token.organizationId !== organizationId) return 'none'
  if (chain.some(({type, id, manager}) => holds(token, type, id, manager))) return 'manage'
  const sees =
    chain[0]?.type === 'ORGANIZATION' ||
    chain.some(({type, id}) => type !== 'ORGANIZATION' && holds(token, type, id)) ||
    deploymentIds.some((id) => holds(token, 'DEPLOYMENT', id) || holdsOnDag(token, id))
  return sees ? 'see' : 'none'
}

/** NOT_FOUND when the principal cannot even see the entity, FORBIDDEN when it may not manage its tokens. */
export async function requireManager(session: StoreSession, principal: Principal, entity: Entity): Promise<void> {
  const access = await accessTo(session, principal, entity)
  const what = `${entity.scope.toLowerCase()} ${entity.id}`
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

/** A token may be looked at by whoever manages an entity on which it holds a role. */
export async function requireTokenReader(session: StoreSession, principal: Principal, token: TokenView): Promise<void> {
  if (isAgentToken(token)) throw noToken(token.id)
  let best: Access = 'none'
  for (const entity of [entityOfToken(token), ...token.roles.map((role) => entityOfRole(token.organizationId, role))]) {
    const access = await accessTo(session, principal, entity)
    if (access === 'manage') return
    if (access === 'see') best = access
  }
  if (best === 'none') throw noToken(token.id)
  throw forbidden(`${token.scope.toLowerCase()} ${token.ownerId}`)
}

/** Who gives, takes or receives these roles must manage every entity they are on: nobody is lifted above what they are. */
export async function requireGrants(
  session: StoreSession,
  principal: Principal,
  {organizationId, roles}: {organizationId: string; roles: TokenRoleRow[]},
): Promise<void> {
  for (const role of roles) await requireManager(session, principal, entityOfRole(organizationId, role))
}

export function entityOfToken(token: TokenView): Entity {
  return {organizationId: token.organizationId, scope: scopeOf(token.scope), id: token.ownerId}
}

function isAgentToken(token: TokenView): boolean {
  return token.kind === AGENT_KIND
}

export function noToken(id: string): AppError {
  return new AppError('NOT_FOUND', `No API token ${id}`, {hint: 'Check the id'})
}

/** Roles on DAGs are given by whoever manages their deployment. */
function entityOfRole(organizationId: string, role: TokenRoleRow): Entity {
  const isDag = role.entityType === 'DAG' || role.entityType === 'DAG_TAG'
  if (isDag) return {organizationId, scope: 'DEPLOYMENT', id: role.deploymentId ?? ''}
  return {organizationId, scope: scopeOf(role.entityType), id: role.entityId}
}

interface Ancestor {
  type: TokenScope
  id: string
  /** The role on it that may manage the tokens of the entity. */
  manager: string
}

/** An entity that is there, with everything above it. */
interface Place {
  organizationId: string
  /** The entity itself comes first. */
  chain: Ancestor[]
  /** What lies in a workspace, or the deployment itself. */
  deploymentIds: string[]
}

export function placeOfWorkspace({organizationId, id}: WorkspaceRow, deployments: DeploymentRow[]): Place {
  const deploymentIds = deployments.filter(({workspaceId}) => workspaceId === id).map((deployment) => deployment.id)
  return {organizationId, chain: [workspaceStep(id), organizationStep(organizationId)], deploymentIds}
}

export function placeOfDeployment({organizationId, id, workspaceId}: DeploymentRow): Place {
  const own: Ancestor = {type: 'DEPLOYMENT', id, manager: 'DEPLOYMENT_ADMIN'}
  return {
    organizationId,
    chain: [own, workspaceStep(workspaceId), organizationStep(organizationId)],
    deploymentIds: [id],
  }
}

function organizationStep(id: string): Ancestor {
  return {type: 'ORGANIZATION', id, manager: 'ORGANIZATION_OWNER'}
}

function workspaceStep(id: string): Ancestor {
  return {type: 'WORKSPACE', id, manager: 'WORKSPACE_OWNER'}
}

/** Null when the entity is none of this organization. */
async function findPlace(session: StoreSession, {organizationId, scope, id}: Entity): Promise<Place | null> {
  if (scope === 'ORGANIZATION') {
    const known = (await session.listOrganizations()).some((row) => row.organizationId === id && id === organizationId)
    return known ? {organizationId, chain: [organizationStep(id)], deploymentIds: []} : null
  }
  if (scope === 'WORKSPACE') {
    const workspace = (await session.listWorkspaces(organizationId)).find((row) => row.id === id)
    return workspace ? placeOfWorkspace(workspace, await session.listDeployments(organizationId)) : null
  }
  const deployment = await session.findDeployment(organizationId, id)
  return deployment ? placeOfDeployment(deployment) : null
}

function holds(token: TokenView, type: string, id: string, role?: string): boolean {
  return token.roles.some(
    (held) => held.entityType === type && held.entityId === id && (role === undefined || held.role === role),
  )
}

function holdsOnDag(token: TokenView, deploymentId: string): boolean {
  return token.roles.some((held) => held.deploymentId === deploymentId)
}

function forbidden(what: string): AppError {
  return new AppError('FORBIDDEN', `This credential may not manage API tokens of ${what}`, {
    hint: 'Use a token whose role there is an admin or owner role',
  })
}
