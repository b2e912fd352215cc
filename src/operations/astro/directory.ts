import {AppError} from '../../errors/app-error.ts'
import type {AstroDeployment} from '../../vendors/astro/api.ts'
import {listCommand, targetFlags} from './hint-commands.ts'
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

/** The workspaces of the organization, or the one with this id: an empty list if there is none. */
export async function listWorkspaces({api, organizationId}: AstroTarget, id?: string): Promise<WorkspaceResult[]> {
  const wanted = id === undefined ? {} : {workspaceIds: [id]}
  const all = await listAll(async (page) => {
    const {workspaces, totalCount} = await api.listWorkspaces(organizationId, {...wanted, ...page})
    return {items: workspaces, totalCount}
  })
  return all.map(({id, name, description = '', createdAt, updatedAt}) => {
    return {id, name, description, organizationId, createdAt, updatedAt}
  })
}

/**
 * The deployments of the organization, or of one workspace of it: NOT_FOUND for a workspace that is not there. With an id, that
 * deployment alone: an empty list if it is not there.
 */
export async function listDeployments(
  target: AstroTarget,
  workspaceId?: string,
  id?: string,
): Promise<AstroDeployment[]> {
  const {api, organizationId} = target
  const within = {
    ...(id === undefined ? {} : {deploymentIds: [id]}),
    ...(workspaceId === undefined ? {} : {workspaceIds: [workspaceId]}),
  }
  const all = await listAll(async (page) => {
    const {deployments, totalCount} = await api.listDeployments(organizationId, {...within, ...page})
    return {items: deployments, totalCount}
  })
  // A wrong id must not read like a workspace with nothing in it.
  if (all.length === 0 && workspaceId !== undefined) await requireWorkspace(target, workspaceId)
  return all
}

async function requireWorkspace(target: AstroTarget, workspaceId: string): Promise<void> {
  await target.api.getWorkspace(target.organizationId, workspaceId).catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== 'NOT_FOUND') throw cause
    throw new AppError('NOT_FOUND', `No workspace ${workspaceId}`, {
      cause,
      hint: `See them with: ${listCommand(target, 'workspace')}`,
    })
  })
}

/** What makes a deployment in this workspace, or, where none is named, in the only one; where there are several, it is to be filled in. */
export async function creationOfDeployment(target: AstroTarget, workspaceId?: string): Promise<string> {
  const creation = (id: string) => `tokenry service deployment create NAME --workspace-id ${id}${targetFlags(target)}`
  if (workspaceId !== undefined) return creation(workspaceId)
  const [only, ...others] = await listWorkspaces(target)
  if (!only) return `tokenry service workspace create NAME${targetFlags(target)}`
  if (others.length === 0) return creation(only.id)
  return `${creation('WORKSPACE_ID')}; see the workspaces with: ${listCommand(target, 'workspace')}`
}
