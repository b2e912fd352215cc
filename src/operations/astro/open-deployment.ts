import {resolveContext} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {AstroApi, AstroDeployment} from '../../vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../vendors/astro/embedded.ts'
import {listAll} from './list-all.ts'

/** An open way to the Astro API, wherever the context leads. */
export interface AstroTarget {
  context: string
  organizationId: string
  /** The deployment that the context names. */
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
  /** Ask which; absent where no question may be asked. */
  choose?: ((deployments: AstroDeployment[]) => Promise<AstroDeployment>) | undefined
}

export async function openTarget(runtime: Runtime, context: string | undefined): Promise<AstroTarget> {
  const resolved = await resolveContext(runtime, 'astro', context)
  const {service} = await runtime.openService()
  const api = embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: runtime.userName}})
  const organizationId = resolved.organization ?? (await onlyOrganization(api))
  return {context: resolved.name, organizationId, deploymentId: resolved.deployment, api, embedded: api}
}

/** The deployment that is named, by a flag, the environment or the context, or the only one there is. */
export async function openDeployment(runtime: Runtime, options: OpenOptions): Promise<DeploymentEntity> {
  const target = await openTarget(runtime, options.context)
  const wanted = options.deploymentId ?? deploymentFromEnvironment(runtime) ?? target.deploymentId
  const deployments = await listDeployments(target)
  const {id, name} = wanted ? findDeployment(deployments, wanted) : await onlyDeployment(deployments, options)
  return {target, scope: 'DEPLOYMENT', id, name}
}

export function listDeployments(target: AstroTarget): Promise<AstroDeployment[]> {
  return listAll(async (page) => {
    const answer = await target.api.listDeployments(target.organizationId, page)
    return {items: answer.deployments, totalCount: answer.totalCount}
  })
}

async function onlyOrganization(api: AstroApi): Promise<string> {
  const {organizations} = await api.listOrganizations({})
  const [organization] = organizations
  if (organization && organizations.length === 1) return organization.id
  throw new AppError('CONFIG', `There are ${organizations.length} organizations and none is named`)
}

function deploymentFromEnvironment(runtime: Runtime): string | undefined {
  const id = runtime.env['TOKENRY_DEPLOYMENT_ID']
  if (id === '') {
    throw new AppError('CONFIG', 'TOKENRY_DEPLOYMENT_ID is set but empty', {
      hint: 'Unset it, or set it to a deployment id',
    })
  }
  return id
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
  throw new AppError('USAGE', `There are ${deployments.length} deployments: say which with --deployment-id`, {
    hint: 'See them with: tokenry deployment list',
  })
}
