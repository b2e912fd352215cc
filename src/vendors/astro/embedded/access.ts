import type {Actor} from '../../../service/context.ts'
import type {DeploymentRow, Reach, TokenRoleRow, TokenView, WorkspaceRow} from '../../../service/store/store.ts'
import type {Credential} from '../../../service/tokens/authenticate.ts'
import type {TokenScope} from '../api.ts'
import {toScope} from './astro-types.ts'

/**
 * The caller of the API: the owner of the store, who may do everything, or the token of a request,
 * whose roles decide what it may do.
 */
export type Principal = {kind: 'owner'; actor: Actor} | ({kind: 'token'; actor: Actor} & Credential)

export interface Entity {
  organizationId: string
  scope: TokenScope
  /** Id of the organization, workspace or deployment. */
  id: string
}

export type Access = 'manage' | 'see' | 'none'

/**
 * Return what a principal may do at a place (contracts/astro.md, 8.3). The strongest role on the
 * entity, or on an entity above it, manages its tokens. Any role on the entity or above it sees the
 * entity, with one exception: a weaker role on the organization sees nothing below it. A role in a
 * deployment also sees the workspace of the deployment, which the claims of the token name.
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
  return {organizationId: token.organizationId, scope: toScope(token.scope), id: token.ownerId}
}

/**
 * Return the entity whose manager may give this role. For a role on a DAG, that is the deployment.
 */
export function entityOfRole(organizationId: string, role: TokenRoleRow): Entity {
  const isDag = role.entityType === 'DAG' || role.entityType === 'DAG_TAG'
  if (isDag) return {organizationId, scope: 'DEPLOYMENT', id: role.deploymentId ?? ''}
  return {organizationId, scope: toScope(role.entityType), id: role.entityId}
}

interface Ancestor {
  type: TokenScope
  id: string
  /** The role on this ancestor that may manage the tokens of the entity. */
  manager: string
}

/** An entity that exists, with everything above it. */
export interface Place {
  organizationId: string
  /** The entity itself comes first. */
  chain: Ancestor[]
  /**
   * The deployment itself, or the deployments of the workspace on which the principal has a role.
   */
  deploymentIds: string[]
}

export function placeOfOrganization(id: string): Place {
  return {organizationId: id, chain: [organizationStep(id)], deploymentIds: []}
}

export function placeOfWorkspace({organizationId, id}: WorkspaceRow, deploymentIds: string[]): Place {
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

/** Return whether there is any entity whose tokens the principal manages. */
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

/**
 * Return the workspaces and deployments that the roles of a principal are on. It sees these, the
 * deployments in such a workspace, and the workspace of such a deployment. Null for a principal
 * that sees everything.
 */
export function findReach(principal: Principal): Reach | null {
  if (principal.kind === 'owner' || isManagerOf(principal, principal.token.organizationId)) return null
  const {roles} = principal.token
  return {
    workspaceIds: roles.flatMap(({entityType, entityId}) => (entityType === 'WORKSPACE' ? [entityId] : [])),
    deploymentIds: roles.flatMap(({entityType, entityId, deploymentId}) =>
      entityType === 'DEPLOYMENT' ? [entityId] : (deploymentId ?? []),
    ),
  }
}

/**
 * Return whether the principal manages the whole organization, and so sees and manages all of it.
 */
export function isManagerOf(principal: Principal, organizationId: string): boolean {
  if (principal.kind === 'owner') return true
  const {token} = principal
  return token.organizationId === organizationId && holds(token, 'ORGANIZATION', organizationId, MANAGER.ORGANIZATION)
}
