import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow, StoreSession, WorkspaceRow} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
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
 * elsewhere lose their roles on them.
 */
export async function deleteWorkspace(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; workspaceId: string},
): Promise<DeletedWorkspace> {
  const {organizationId, workspaceId} = reference
  return context.store.transaction(async (session) => {
    const workspace = await findWorkspace(session, reference)
    const deployments = await session.listDeployments(organizationId, {workspaceIds: [workspaceId]})
    const entities = [
      {type: WORKSPACE_TYPE, id: workspaceId},
      ...deployments.map(({id}) => ({type: DEPLOYMENT_TYPE, id})),
    ]
    const vendors = await session.listTokenVendors(organizationId)
    let endedTokens = 0
    for (const {type: scope, id: ownerId} of entities) {
      endedTokens += await endTokens(context, session, actor, {organizationId, vendors, scope, ownerId})
    }
    const because = `workspace ${workspaceId} was deleted`
    await takeRoles(context, session, actor, {organizationId, vendors, entities, because})
    await removeDeployments(context, session, actor, {deployments, because})
    await session.deleteWorkspace(organizationId, workspaceId)
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
