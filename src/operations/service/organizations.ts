import {toRfc3339} from '../../lib/rfc3339.ts'
import type {OnProgress} from '../../service/directory/delete-in-steps.ts'
import type {OrganizationRow} from '../../service/store/store.ts'
import {loadDirectoryPolicy} from '../../vendors/load-rules.ts'
import {hintAtDirectory, markMissing} from './directory-hints.ts'
import {checkName} from './entries.ts'
import type {Installation} from './open-embedded.ts'

export interface ServiceOrganization {
  id: string
  name: string
  createdAt: string
  workspaceCount: number
  deploymentCount: number
  /** Tokens of every kind and vendor. */
  tokenCount: number
}

export interface CreatedOrganization extends ServiceOrganization {
  /** The first workspace; it and the first deployment are named `default`. */
  workspaceId: string
  deploymentId: string
}

/** Create an organization with a first workspace and deployment. CONFLICT if the name is taken. */
export async function createOrganization(
  {service, actor, vendors}: Installation,
  {name}: {name: string},
): Promise<CreatedOrganization> {
  checkName('organization', name)
  const policy = await loadDirectoryPolicy(vendors)
  const {organization, workspace, deployment} = await service.createOrganization(policy, actor, {name})
  const counts = {workspaceCount: 1, deploymentCount: 1, tokenCount: 0}
  return {...toServiceOrganization(organization, counts), workspaceId: workspace.id, deploymentId: deployment.id}
}

export async function listServiceOrganizations({service}: Installation): Promise<ServiceOrganization[]> {
  const {read} = service
  const rows = await read.listOrganizations()
  return Promise.all(
    rows.map(async (row) => {
      const tokens = await read.countTokensByOwner(row.organizationId)
      return toServiceOrganization(row, {
        workspaceCount: await read.countWorkspaces(row.organizationId),
        deploymentCount: await read.countDeployments(row.organizationId),
        tokenCount: tokens.reduce((sum, {count}) => sum + count, 0),
      })
    }),
  )
}

/** Delete an organization with everything in it. CONFLICT if it is the only one. */
export async function deleteOrganization(
  {service, actor}: Installation,
  id: string,
  onProgress?: OnProgress,
): Promise<ServiceOrganization> {
  const deleted = hintAtDirectory(service.deleteOrganization(actor, id, onProgress))
  const {organization, workspaces, deployments, endedTokens} = await markMissing('organization-missing', id, deleted)
  const counts = {workspaceCount: workspaces, deploymentCount: deployments, tokenCount: endedTokens}
  return toServiceOrganization(organization, counts)
}

function toServiceOrganization(
  {organizationId: id, name, createdAt}: OrganizationRow,
  counts: Pick<ServiceOrganization, 'workspaceCount' | 'deploymentCount' | 'tokenCount'>,
): ServiceOrganization {
  return {id, name, createdAt: toRfc3339(createdAt), ...counts}
}
