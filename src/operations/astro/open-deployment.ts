import {resolveContext} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {AstroApi, AstroDeployment} from '../../vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../vendors/astro/embedded.ts'
import {idFromEnvironment} from '../service/environment.ts'
import {openInContext} from '../service/open-embedded.ts'
import {listAll} from './list-all.ts'

/** An open way to the Astro API, wherever the context leads. */
export interface AstroTarget {
  context: string
  organizationId: string
  /** What the context names. */
  workspaceId?: string | undefined
  deploymentId?: string | undefined
  api: AstroApi
  /** What only the embedded service can do; null at Astro. */
  embedded: EmbeddedAstro | null
}

/** The deployment that a command works on. */
export interface DeploymentEntity {
  target: AstroTarget
  scope: 'DEPLOYMENT'
  id: string
  name: string
}

export interface OpenOptions {
  context?: string | undefined
  deploymentId?: string | undefined
  /** The value of the token that the command is about: it says which deployment, where no flag does. */
  secret?: string | undefined
  /** Only deployments of this workspace. */
  workspaceId?: string | undefined
  /** Ask which; absent where no question may be asked. */
  choose?: ((deployments: AstroDeployment[]) => Promise<AstroDeployment>) | undefined
}

export async function openTarget(runtime: Runtime, context: string | undefined): Promise<AstroTarget> {
  const resolved = await resolveContext(runtime, 'astro', context)
  const {service, actor, organizationId} = await openInContext(runtime, resolved)
  const api = embeddedAstroApi(service, {kind: 'owner', actor})
  const {name, workspace: workspaceId, deployment: deploymentId} = resolved
  return {context: name, organizationId, workspaceId, deploymentId, api, embedded: api}
}

/** The deployment that is named, by a flag, the environment or the context, or the only one there is. */
export async function openDeployment(runtime: Runtime, options: OpenOptions): Promise<DeploymentEntity> {
  const target = await openTarget(runtime, options.context)
  const byValue = options.secret === undefined ? undefined : await deploymentOfValue(runtime, options.secret)
  const named = options.deploymentId ?? byValue ?? idFromEnvironment(runtime, 'TOKENRY_DEPLOYMENT_ID')
  const wanted = named ?? target.deploymentId
  const workspaceId = options.workspaceId ?? idFromEnvironment(runtime, 'TOKENRY_WORKSPACE_ID') ?? target.workspaceId
  const all = await listDeployments(target)
  const deployments = workspaceId ? all.filter((deployment) => deployment.workspaceId === workspaceId) : all
  const {id, name} = wanted ? findDeployment(deployments, wanted) : await onlyDeployment(deployments, options)
  return {target, scope: 'DEPLOYMENT', id, name}
}

/** The deployment of the token with this value; nothing when the value is not that of a token here. */
async function deploymentOfValue(runtime: Runtime, secret: string): Promise<string | undefined> {
  const {service} = await runtime.openService()
  const {token} = await service.verify(secret)
  return token?.scope === 'DEPLOYMENT' ? token.ownerId : undefined
}

export function listDeployments(target: AstroTarget): Promise<AstroDeployment[]> {
  return listAll(async (page) => {
    const answer = await target.api.listDeployments(target.organizationId, page)
    return {items: answer.deployments, totalCount: answer.totalCount}
  })
}

function findDeployment(deployments: AstroDeployment[], id: string): AstroDeployment {
  const found = deployments.find((deployment) => deployment.id === id)
  if (found) return found
  throw new AppError('NOT_FOUND', `No deployment ${id}`, {hint: 'See them with: tokenry deployment list'})
}

async function onlyDeployment(deployments: AstroDeployment[], {choose}: OpenOptions): Promise<AstroDeployment> {
  const [first] = deployments
  if (!first) {
    throw new AppError('NOT_FOUND', 'There is no deployment', {
      hint: 'Make one with: tokenry service deployment create NAME',
    })
  }
  if (deployments.length === 1) return first
  if (choose) return choose(deployments)
  throw new AppError('USAGE', `There are ${deployments.length} deployments, and nothing says which`, {
    hint: 'Say which with --deployment-id; see them with: tokenry deployment list',
  })
}
