import {AppError} from '../../errors/app-error.ts'
import type {Actor} from '../../service/context.ts'
import type {DeploymentRow, StoreSession, TokenRoleRow, TokenView, WorkspaceRow} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {Credential} from '../../service/tokens/authenticate.ts'
import type {TokenScope} from './api.ts'
import {AGENT_KIND} from './policy.ts'
import {scopeOf} from './wire.ts'

/** For whom the API answers: the owner of the store, who may do all, or the token of a request, which may do what its roles say. */
export type Principal = {kind: 'owner'; actor: Actor} | ({kind: 'token'; actor: Actor} & Credential)

export interface Entity {
  organizationId: string
  scope: TokenScope
  /** Id of the organization, workspace or deployment. */
  id: string
}

type Access = 'manage' | 'see' | 'none'

/**
 * The principal as it is now: a token that was deleted, lost a role, or whose value was rotated away since the request began has
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

/** What the principal may do with tokens of this entity; `none` when the entity is not there either. */
async function accessTo(session: StoreSession, principal: Principal, entity: Entity): Promise<Access> {
  return accessOn(await readMap(session, entity.organizationId), principal, entity)
}

function accessOn(map: DirectoryMap, principal: Principal, entity: Entity): Access {
  const place = placeOn(map, entity)
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
 * A token may be looked at by whoever manages an entity on which it holds a role, and by whoever sees what it belongs to and manages
 * anything at all: they can give it a role there (contracts/astro.md, 8.3).
 */
export async function requireTokenReader(session: StoreSession, principal: Principal, token: TokenView): Promise<void> {
  if (isAgentToken(token)) throw noToken(token.id)
  const map = await readMap(session, token.organizationId)
  let visible: Entity | null = null
  for (const entity of [entityOfToken(token), ...token.roles.map((role) => entityOfRole(token.organizationId, role))]) {
    const access = accessOn(map, principal, entity)
    if (access === 'manage') return
    if (access === 'see') visible ??= entity
  }
  if (!visible) throw noToken(token.id)
  const isOwner = visible.id === token.ownerId
  if (!isOwner || !managesAnything(principal)) throw forbidden(`${visible.scope.toLowerCase()} ${visible.id}`)
}

/**
 * Who gives or takes these roles must manage every entity they are on: nobody is lifted above what they are. Where nothing differs,
 * the token itself has to be theirs. What is not there is left to the check of the set for who would see it if it were.
 */
export async function requireRoleChange(
  session: StoreSession,
  principal: Principal,
  {token, changed}: {token: TokenView; changed: TokenRoleRow[]},
): Promise<void> {
  const {organizationId} = token
  if (changed.length === 0) return requireTokenManager(session, principal, token)
  const map = await readMap(session, organizationId)
  const whole = accessOn(map, principal, {organizationId, scope: 'ORGANIZATION', id: organizationId})
  for (const role of changed) {
    const entity = entityOfRole(organizationId, role)
    if (whole === 'manage' && !placeOn(map, entity)) continue
    requireManage(accessOn(map, principal, entity), entity)
  }
}

/** Who receives these roles must manage every entity they are on. */
export async function requireGrants(
  session: StoreSession,
  principal: Principal,
  {organizationId, roles}: {organizationId: string; roles: TokenRoleRow[]},
): Promise<void> {
  const map = await readMap(session, organizationId)
  for (const role of roles) {
    const entity = entityOfRole(organizationId, role)
    requireManage(accessOn(map, principal, entity), entity)
  }
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
  const own: Ancestor = {type: 'DEPLOYMENT', id, manager: MANAGER.DEPLOYMENT}
  return {
    organizationId,
    chain: [own, workspaceStep(workspaceId), organizationStep(organizationId)],
    deploymentIds: [id],
  }
}

const MANAGER = {
  ORGANIZATION: 'ORGANIZATION_OWNER',
  WORKSPACE: 'WORKSPACE_OWNER',
  DEPLOYMENT: 'DEPLOYMENT_ADMIN',
} as const satisfies Record<TokenScope, string>
const MANAGERS = new Set<string>(Object.values(MANAGER))

function organizationStep(id: string): Ancestor {
  return {type: 'ORGANIZATION', id, manager: MANAGER.ORGANIZATION}
}

function workspaceStep(id: string): Ancestor {
  return {type: 'WORKSPACE', id, manager: MANAGER.WORKSPACE}
}

/** What an organization consists of, read once where many roles are looked at. */
interface DirectoryMap {
  organization: boolean
  workspaces: WorkspaceRow[]
  deployments: DeploymentRow[]
}

async function readMap(session: StoreSession, organizationId: string): Promise<DirectoryMap> {
  return {
    organization: (await session.listOrganizations()).some((row) => row.organizationId === organizationId),
    workspaces: await session.listWorkspaces(organizationId),
    deployments: await session.listDeployments(organizationId),
  }
}

/** Null when the entity is none of this organization. */
function placeOn({organization, workspaces, deployments}: DirectoryMap, entity: Entity): Place | null {
  const {organizationId, scope, id} = entity
  if (scope === 'ORGANIZATION') {
    const known = organization && id === organizationId
    return known ? {organizationId, chain: [organizationStep(id)], deploymentIds: []} : null
  }
  if (scope === 'WORKSPACE') {
    const workspace = workspaces.find((row) => row.id === id)
    return workspace ? placeOfWorkspace(workspace, deployments) : null
  }
  const deployment = deployments.find((row) => row.id === id)
  return deployment ? placeOfDeployment(deployment) : null
}

/** Whether there is any entity whose tokens the principal manages. */
function managesAnything(principal: Principal): boolean {
  return principal.kind === 'owner' || principal.token.roles.some(({role}) => MANAGERS.has(role))
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
