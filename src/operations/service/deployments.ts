import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {OnProgress} from '../../service/directory/delete-in-steps.ts'
import type {DeploymentRow} from '../../service/store/store.ts'
import {loadDirectoryPolicy} from '../../vendors/load-rules.ts'
import {hintAtDirectory, markMissing} from './directory-hints.ts'
import {checkName} from './entries.ts'
import type {OpenedOrganization} from './open-embedded.ts'
import {countByOwner} from './token-counts.ts'
import {findWorkspace, type WorkspaceOptions} from './workspaces.ts'

export interface ServiceDeployment {
  id: string
  name: string
  workspaceId: string
  workspaceName: string
  createdAt: string
  /** Live tokens that belong to the deployment, of every vendor and kind. */
  tokenCount: number
}

/** Create a deployment in a workspace. CONFLICT if the organization has one with this name. */
export async function createDeployment(
  runtime: Runtime,
  target: OpenedOrganization,
  {name, ...options}: WorkspaceOptions & {name: string},
): Promise<ServiceDeployment> {
  checkName('deployment', name)
  const {service, actor, organizationId, vendors} = target
  const policy = await loadDirectoryPolicy(vendors)
  const workspace = await findWorkspace(runtime, target, options)
  const spec = {organizationId, workspaceId: workspace.id, name}
  const deployment = await hintAtDirectory(service.createDeployment(policy, actor, spec))
  return toServiceDeployment(deployment, {workspaceName: workspace.name, tokenCount: 0})
}

export async function listServiceDeployments({
  service,
  organizationId,
}: OpenedOrganization): Promise<ServiceDeployment[]> {
  const countTokens = await countByOwner(service, organizationId)
  const workspaces = await service.read.listWorkspaces(organizationId)
  const nameOf = new Map(workspaces.map(({id, name}) => [id, name]))
  const rows = await service.read.listDeployments(organizationId)
  return rows.map((row) =>
    toServiceDeployment(row, {
      workspaceName: nameOf.get(row.workspaceId) ?? '',
      tokenCount: countTokens('DEPLOYMENT', row.id),
    }),
  )
}

/** Delete a deployment with all its tokens, of every vendor. */
export async function deleteDeployment(
  {service, actor, organizationId}: OpenedOrganization,
  {id: deploymentId, workspaceName}: ServiceDeployment,
  onProgress?: OnProgress,
): Promise<ServiceDeployment> {
  const deleted = hintAtDirectory(service.deleteDeployment(actor, {organizationId, deploymentId}, onProgress))
  const {deployment, endedTokens} = await markMissing('deployment-missing', deploymentId, deleted)
  return toServiceDeployment(deployment, {workspaceName, tokenCount: endedTokens})
}

function toServiceDeployment(
  {id, name, workspaceId, createdAt}: DeploymentRow,
  {workspaceName, tokenCount}: Pick<ServiceDeployment, 'workspaceName' | 'tokenCount'>,
): ServiceDeployment {
  return {id, name, workspaceId, workspaceName, createdAt: toRfc3339(createdAt), tokenCount}
}
