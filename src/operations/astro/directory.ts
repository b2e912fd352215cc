import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {ASTRO_LIMITS, type AstroDeployment} from '../../vendors/astro/api.ts'
import {listEveryDeployment} from '../../vendors/astro/list-places.ts'
import {listAll} from '../../vendors/list-all.ts'
import {type EntityNoun, listCommand, targetFlags} from './entity-words.ts'
import type {AstroTarget} from './target.ts'

export interface WorkspaceResult {
  id: string
  name: string
  description: string
  organizationId: string
  createdAt: string
  updatedAt: string
}

/**
 * Return the workspaces of the organization, or only the one with this id. The list may be empty.
 */
export async function listWorkspaces(
  {api, organizationId, warn}: AstroTarget,
  id?: string,
): Promise<WorkspaceResult[]> {
  const wanted = id === undefined ? {} : {workspaceIds: [id]}
  const all = await listAll({
    what: 'workspaces',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const {workspaces, totalCount} = await api.listWorkspaces(organizationId, {...wanted, ...page})
      return {items: workspaces, totalCount}
    },
    warn,
  })
  return all.map(({id, name, description = '', createdAt, updatedAt}) => {
    return {id, name, description, organizationId, createdAt, updatedAt}
  })
}

/**
 * Return the deployments of the organization, or of one of its workspaces. With an id, return only
 * that deployment; the list is empty if it does not exist. NOT_FOUND if the workspace does not
 * exist.
 */
export async function listDeployments(
  target: AstroTarget,
  workspaceId?: string,
  id?: string,
): Promise<AstroDeployment[]> {
  const within = {
    ...(id === undefined ? {} : {deploymentIds: [id]}),
    ...(workspaceId === undefined ? {} : {workspaceIds: [workspaceId]}),
  }
  const all = await listEveryDeployment(target, target.organizationId, within)
  // A wrong id must not look like an empty workspace.
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

/**
 * Return a hint how to create an entity of this kind. A deployment is created in `workspaceId`, or
 * in the only workspace. If there are several, the reader has to fill in the id.
 */
export async function explainCreation(target: AstroTarget, noun: EntityNoun, workspaceId?: string): Promise<string> {
  const {creationCommand, where} = target
  if (!creationCommand) return `Create one in ${where} first; tokenry only manages tokens there`
  const creation = (what: EntityNoun, flags = '') =>
    `Create one with: ${creationCommand(what)}${flags}${targetFlags(target)}`
  if (noun !== 'deployment') return creation(noun)
  if (workspaceId !== undefined) return creation(noun, ` --workspace-id ${shellPath(workspaceId)}`)
  const [only, ...others] = await listWorkspaces(target)
  if (!only) return creation('workspace')
  if (others.length === 0) return creation(noun, ` --workspace-id ${shellPath(only.id)}`)
  return `${creation(noun, ' --workspace-id WORKSPACE_ID')}; see the workspaces with: ${listCommand(target, 'workspace')}`
}
