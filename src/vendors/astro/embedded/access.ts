import type {Actor} from '../../../service/context.ts'
import type {DeploymentRow, StoreSession, TokenRoleRow, TokenView, WorkspaceRow} from '../../../service/store/store.ts'
import type {Credential} from '../../../service/tokens/authenticate.ts'
import type {TokenScope} from '../api.ts'
import {scopeOf} from './astro-types.ts'

/** For whom the API answers: the owner of the store, who may do all, or the token of a request, which may do what its roles say. */
export type Principal = {kind: 'owner'; actor: Actor} | ({kind: 'token'; actor: Actor} & Credential)

export interface Entity {
  organizationId: string
  scope: TokenScope
  /** Id of the organization, workspace or deployment. */
  id: string
}

export type Access = 'manage' | 'see' | 'none'

/** What the principal may do with tokens of this entity; `none` when the entity is not there either. */
export async function accessTo(session: StoreSession, principal: Principal, entity: Entity): Promise<Access> {
  return accessOn(await readMap(session, entity.organizationId), principal, entity)
}

export function accessOn(map: DirectoryMap, principal: Principal, entity: Entity): Access {
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

export function entityOfToken(token: TokenView): Entity {
  return {organizationId: token.organizationId, scope: scopeOf(token.scope), id: token.ownerId}
}

/** Roles on DAGs are given by whoever manages their deployment. */
export function entityOfRole(organizationId: string, role: TokenRoleRow): Entity {
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
export interface DirectoryMap {
  organization: boolean
  workspaces: WorkspaceRow[]
  deployments: DeploymentRow[]
}

export async function readMap(session: StoreSession, organizationId: string): Promise<DirectoryMap> {
  return {
    organization: (await session.listOrganizations()).some((row) => row.organizationId === organizationId),
    workspaces: await session.listWorkspaces(organizationId),
    deployments: await session.listDeployments(organizationId),
  }
}

/** Null when the entity is none of this organization. */
export function placeOn({organization, workspaces, deployments}: DirectoryMap, entity: Entity): Place | null {
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
export function managesAnything(principal: Principal): boolean {
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

/** Whether the principal manages the whole organization, and so sees and manages all that is in it. */
export function isManagerOf(principal: Principal, organizationId: string): boolean {
  if (principal.kind === 'owner') return true
  const {token} = principal
  return token.organizationId === organizationId && holds(token, 'ORGANIZATION', organizationId, MANAGER.ORGANIZATION)
}
