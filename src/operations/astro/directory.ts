import {AppError} from '../../errors/app-error.ts'
import {findPlace} from '../../lib/find-place.ts'
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
 * Return the workspace with this id or, if there is none, the only one with this name; undefined if
 * there is none. CONFLICT, with the ids, for an ambiguous name.
 */
export async function findWorkspace(target: AstroTarget, idOrName: string): Promise<WorkspaceResult | undefined> {
  const byId = await findWorkspaceById(target, idOrName)
  return byId ?? findPlace(await listWorkspaces(target), idOrName, 'workspace')
}

/** A name is not sent again: only the id of a workspace is looked up. */
export async function findWorkspaceById(target: AstroTarget, id: string): Promise<WorkspaceResult | undefined> {
  return (await allowInvalid(listWorkspaces(target, id)))?.find((workspace) => workspace.id === id)
}

/**
 * Return the deployments of the organization, or of the workspace with this id or name. NOT_FOUND
 * if the workspace does not exist. CONFLICT, with the ids, for an ambiguous name.
 */
export async function listDeployments(target: AstroTarget, workspace?: string): Promise<AstroDeployment[]> {
  if (workspace === undefined) return listEveryDeployment(target, target.organizationId)
  const all = await listWithin(target, {workspaceIds: [workspace]})
  if (all.length > 0) return all
  // A wrong id must not look like an empty workspace.
  const id = await resolveWorkspace(target, workspace)
  return id === workspace ? all : listWithin(target, {workspaceIds: [id]})
}

/**
 * Return the deployment with this id or, if there is none, the only one with this name; undefined
 * if there is none. `workspace` limits the choice. Errors: see `listDeployments`.
 */
export async function findDeployment(
  target: AstroTarget,
  idOrName: string,
  workspace?: string,
): Promise<AstroDeployment | undefined> {
  const byId = await findDeploymentById(target, idOrName, workspace)
  return byId ?? findPlace(await listDeployments(target, workspace), idOrName, 'deployment')
}

export async function findDeploymentById(
  target: AstroTarget,
  id: string,
  workspaceId?: string,
): Promise<AstroDeployment | undefined> {
  const within = workspaceId === undefined ? {} : {workspaceIds: [workspaceId]}
  return (await listWithin(target, {deploymentIds: [id], ...within})).find((deployment) => deployment.id === id)
}

async function listWithin(
  target: AstroTarget,
  within: {workspaceIds?: string[]; deploymentIds?: string[]},
): Promise<AstroDeployment[]> {
  return (await allowInvalid(listEveryDeployment(target, target.organizationId, within))) ?? []
}

/** Return null if the vendor refuses a name where it expects an id: then nothing has that id. */
async function allowInvalid<Result>(work: Promise<Result>): Promise<Result | null> {
  return work.catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'INVALID') return null
    throw err
  })
}

async function resolveWorkspace(target: AstroTarget, idOrName: string): Promise<string> {
  const byId = await target.api.getWorkspace(target.organizationId, idOrName).catch((err: unknown) => {
    if (err instanceof AppError && ['NOT_FOUND', 'INVALID'].includes(err.code)) return null
    throw err
  })
  const found = byId ?? findPlace(await listWorkspaces(target), idOrName, 'workspace')
  if (found) return found.id
  throw new AppError('NOT_FOUND', `No workspace ${idOrName}`, {
    hint: `See them with: ${listCommand(target, 'workspace')}`,
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
