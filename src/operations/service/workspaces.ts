import {AppError} from '../../errors/app-error.ts'
import {findPlace, refuseUnnamed} from '../../lib/find-place.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {OnProgress} from '../../service/directory/delete-in-steps.ts'
import type {WorkspaceRow} from '../../service/store/store.ts'
import {loadDirectoryPolicy} from '../../vendors/load-rules.ts'
import {hintAtDirectory, markMissing} from './directory-hints.ts'
import {checkDescription, checkName} from './entries.ts'
import {idFromEnvironment} from './environment.ts'
import {formatOrganizationFlag, type OpenedOrganization} from './open-embedded.ts'
import {countByOwner} from './token-counts.ts'

export interface ServiceWorkspace {
  id: string
  name: string
  description: string
  createdAt: string
  deploymentCount: number
  /** Tokens of the workspace and of its deployments, of every vendor. */
  tokenCount: number
}

export interface WorkspaceOptions {
  /** Id or name. */
  workspaceId?: string | undefined
  /** Ask a person to choose. Absent if no question may be asked. */
  chooseWorkspace?: ((workspaces: WorkspaceRow[]) => Promise<WorkspaceRow>) | undefined
}

/** Create a workspace. CONFLICT if the organization has one with this name. */
export async function createWorkspace(
  {service, actor, organizationId, vendors}: OpenedOrganization,
  {name, description}: {name: string; description: string},
): Promise<ServiceWorkspace> {
  checkName('workspace', name)
  checkDescription(description)
  const spec = {organizationId, name, description}
  const policy = await loadDirectoryPolicy(vendors)
  const workspace = await hintAtDirectory(service.createWorkspace(policy, actor, spec))
  return toServiceWorkspace(workspace, {deploymentCount: 0, tokenCount: 0})
}

export async function listServiceWorkspaces({
  service,
  organizationId,
}: OpenedOrganization): Promise<ServiceWorkspace[]> {
  const countTokens = await countByOwner(service, organizationId)
  const inWorkspace = Map.groupBy(await service.read.listDeployments(organizationId), ({workspaceId}) => workspaceId)
  const rows = await service.read.listWorkspaces(organizationId)
  return rows.map((row) => {
    const deployments = inWorkspace.get(row.id) ?? []
    const below = deployments.reduce((sum, {id}) => sum + countTokens('DEPLOYMENT', id), 0)
    const counts = {deploymentCount: deployments.length, tokenCount: countTokens('WORKSPACE', row.id) + below}
    return toServiceWorkspace(row, counts)
  })
}

/** Delete a workspace with its deployments and all their tokens, of every vendor. */
export async function deleteWorkspace(
  target: OpenedOrganization,
  workspaceId: string,
  onProgress?: OnProgress,
): Promise<ServiceWorkspace> {
  const {service, actor, organizationId} = target
  const deleted = service.deleteWorkspace(actor, {organizationId, workspaceId}, onProgress)
  const {workspace, deployments, endedTokens} = await markMissing(
    'workspace-missing',
    workspaceId,
    hintAtDirectory(deleted),
  )
  return toServiceWorkspace(workspace, {deploymentCount: deployments.length, tokenCount: endedTokens})
}

/**
 * Return the workspace that a flag, the environment or the context names, by id or name. If none is
 * named, it is the only one, or the one that a person chooses.
 */
export async function findWorkspace(
  runtime: Runtime,
  target: OpenedOrganization,
  {workspaceId, chooseWorkspace}: WorkspaceOptions,
): Promise<WorkspaceRow> {
  const rows = await target.service.read.listWorkspaces(target.organizationId)
  const wanted = workspaceId ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID') ?? target.workspaceId
  if (wanted !== undefined) return namedWorkspace(target, rows, wanted)
  const [first] = rows
  if (!first) {
    throw new AppError('NOT_FOUND', `There is no workspace in organization ${target.organization.name}`, {
      hint: `Create one with: tokenry service workspace create NAME${formatOrganizationFlag(target)}`,
    })
  }
  if (rows.length === 1) return first
  if (chooseWorkspace) return chooseWorkspace(rows)
  throw refuseUnnamed(rows, {noun: 'workspace', list: listCommand(target)})
}

function namedWorkspace(target: OpenedOrganization, rows: WorkspaceRow[], idOrName: string): WorkspaceRow {
  const places = rows.map((row) => ({row, id: row.id, name: row.name, createdAt: toRfc3339(row.createdAt)}))
  const found = findPlace(places, idOrName, 'workspace')
  if (found) return found.row
  throw new AppError('NOT_FOUND', `No workspace ${idOrName}`, {hint: `See them with: ${listCommand(target)}`})
}

function listCommand(target: OpenedOrganization): string {
  return `tokenry service workspace list${formatOrganizationFlag(target)}`
}

function toServiceWorkspace(
  {id, name, description, createdAt}: WorkspaceRow,
  counts: {deploymentCount: number; tokenCount: number},
): ServiceWorkspace {
  return {id, name, description, createdAt: toRfc3339(createdAt), ...counts}
}
