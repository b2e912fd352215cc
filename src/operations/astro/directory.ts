import type {AstroDeployment} from '../../vendors/astro/api.ts'
import {listAll} from './list-all.ts'
import type {AstroTarget} from './target.ts'

export interface WorkspaceResult {
  id: string
  name: string
  description: string
  organizationId: string
  createdAt: string
  updatedAt: string
}

export async function listWorkspaces({api, organizationId}: AstroTarget): Promise<WorkspaceResult[]> {
  const all = await listAll(async (page) => {
    const {workspaces, totalCount} = await api.listWorkspaces(organizationId, page)
    return {items: workspaces, totalCount}
  })
  return all.map(({id, name, description = '', createdAt, updatedAt}) => {
    return {id, name, description, organizationId, createdAt, updatedAt}
  })
}

/** The deployments of the organization, or of one workspace of it: NOT_FOUND for a workspace that is not there. */
export async function listDeployments(
  {api, organizationId}: AstroTarget,
  workspaceId?: string,
): Promise<AstroDeployment[]> {
  const within = workspaceId === undefined ? {} : {workspaceIds: [workspaceId]}
  const all = await listAll(async (page) => {
    const {deployments, totalCount} = await api.listDeployments(organizationId, {...within, ...page})
    return {items: deployments, totalCount}
  })
  // A wrong id must not read like a workspace with nothing in it.
  if (all.length === 0 && workspaceId !== undefined) await api.getWorkspace(organizationId, workspaceId)
  return all
}
