import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow, StoreSession, WorkspaceRow} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {endTokensInSteps, type OnProgress, takeRolesInSteps} from './delete-in-steps.ts'
import {DEPLOYMENT_TYPE} from './deployments.ts'
import {endTokens, takeRoles} from './entity-tokens.ts'
import {findOrganization, findWorkspace, nameTaken} from './find.ts'

export interface WorkspaceSpec {
  organizationId: string
  name: string
  description: string
}

export interface DeletedWorkspace {
  workspace: WorkspaceRow
  /** What was deleted with it. */
  deployments: DeploymentRow[]
  endedTokens: number
}

/** The type by which roles and tokens refer to a workspace. */
const WORKSPACE_TYPE = 'WORKSPACE'

/** Create a workspace. Throw CONFLICT if the organization has one with this name. */
export async function createWorkspace(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: WorkspaceSpec,
): Promise<WorkspaceRow> {
  const now = context.now()
  const workspace: WorkspaceRow = {...spec, id: policy.newId('workspace'), createdAt: now, updatedAt: now}
  await context.store.transaction(async (session) => {
    await findOrganization(session, spec.organizationId)
    const [taken] = await session.listWorkspaces(spec.organizationId, {names: [spec.name]})
    if (taken) throw nameTaken('workspace', spec.name, taken.id)
    await session.insertWorkspace(workspace)
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'workspace.create',
      targetType: 'workspace',
      targetId: workspace.id,
      detail: {name: spec.name},
    })
  })
  return workspace
}

/**
 * Delete a workspace with its deployments. Their tokens end, for all vendors. Tokens that belong
 * elsewhere lose their roles on them. With the first step all of these tokens are refused. The
 * workspace itself is removed in the last step. So a deletion that was cut off can be run again.
 */
export async function deleteWorkspace(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; workspaceId: string},
  onProgress: OnProgress = () => {},
): Promise<DeletedWorkspace> {
  const {organizationId, workspaceId} = reference
  const read = async (session: StoreSession) => {
    const workspace = await findWorkspace(session, reference)
    const deployments = await session.listDeployments(organizationId, {workspaceIds: [workspaceId]})
    const ownerIds = deployments.map(({id}) => id)
    const owners = [
      {scope: WORKSPACE_TYPE, ownerId: workspaceId},
      ...ownerIds.map((ownerId) => ({scope: DEPLOYMENT_TYPE, ownerId})),
    ]
    return {workspace, deployments, ownerIds, owners}
  }
  const begin = await context.store.transaction(async (session) => {
    const found = await read(session)
    await session.beginDeletion(organizationId, found.owners, context.now())
    return found
  })
  const because = `workspace ${workspaceId} was deleted`
  const ended = await endTokensInSteps(context, actor, {organizationId, owners: begin.owners}, onProgress)
  await takeRolesInSteps(context, actor, {organizationId, owners: begin.owners, because})
  return context.store.transaction(async (session) => {
    // Deployments and tokens that were created since the first step.
    const {workspace, deployments, ownerIds, owners} = await read(session)
    const vendors = await session.listTokenVendors(organizationId)
    const tokens = {organizationId, vendors}
    const entities = owners.map(({scope: type, ownerId: id}) => ({type, id}))
    const endedTokens =
      ended +
      (await endTokens(context, session, actor, {...tokens, scope: WORKSPACE_TYPE, ownerId: workspaceId})) +
      (await endTokens(context, session, actor, {...tokens, scope: DEPLOYMENT_TYPE, ownerIds}))
    await takeRoles(context, session, actor, {organizationId, vendors, entities, because})
    await removeDeployments(context, session, actor, {deployments, because})
    await session.deleteWorkspace(organizationId, workspaceId)
    await session.endDeletion(organizationId, owners)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'workspace.delete',
      targetType: 'workspace',
      targetId: workspaceId,
      detail: {name: workspace.name, deployments: deployments.length, endedTokens},
    })
    return {workspace, deployments, endedTokens}
  })
}

async function removeDeployments(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  {deployments, because}: {deployments: DeploymentRow[]; because: string},
): Promise<void> {
  for (const {organizationId, id, name} of deployments) {
    await session.deleteDeployment(organizationId, id)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'deployment.delete',
      targetType: 'deployment',
      targetId: id,
      detail: {name, because},
    })
  }
}
