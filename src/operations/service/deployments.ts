import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime.ts'
import type {DeploymentRow} from '../../service/store/store.ts'
import {ASTRO_LIMITS} from '../../vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../vendors/astro/policy.ts'
import {type EmbeddedTarget, openEmbedded} from './open-embedded.ts'

export interface ServiceDeployment {
  id: string
  name: string
  workspaceId: string
  createdAt: string
  /** Tokens of its own that work or wait to be deleted, those of its agents too. */
  tokenCount: number
}

/** Add a deployment to the only workspace. CONFLICT when there is one of this name. */
export async function createDeployment(
  runtime: Runtime,
  options: {context?: string | undefined; name: string},
): Promise<ServiceDeployment> {
  if (options.name === '' || options.name.length > ASTRO_LIMITS.nameLengthMax) {
    throw new AppError(
      'USAGE',
      `The name of a deployment has 1 to ${ASTRO_LIMITS.nameLengthMax} characters, not ${options.name.length}`,
      {
        hint: 'Choose another name',
      },
    )
  }
  const {service, actor, organizationId} = await openEmbedded(runtime, options.context)
  const [workspace] = await service.read.listWorkspaces(organizationId)
  if (!workspace) {
    throw new AppError('NOT_FOUND', `No workspace in organization ${organizationId}`, {
      hint: 'Set TOKENRY_ORGANIZATION_ID to an organization that has one',
    })
  }
  const spec = {organizationId, workspaceId: workspace.id, name: options.name}
  return toServiceDeployment(await service.createDeployment(actor, spec), 0)
}

export async function listServiceDeployments(
  runtime: Runtime,
  options: {context?: string | undefined},
): Promise<ServiceDeployment[]> {
  const target = await openEmbedded(runtime, options.context)
  const rows = await target.service.read.listDeployments(target.organizationId)
  return Promise.all(rows.map(async (row) => toServiceDeployment(row, await countTokens(target, row.id))))
}

/** The deployment that an id or a name means; NOT_FOUND when none does. */
export async function findServiceDeployment(
  runtime: Runtime,
  options: {context?: string | undefined; idOrName: string},
): Promise<ServiceDeployment> {
  const all = await listServiceDeployments(runtime, options)
  const found = all.find(({id}) => id === options.idOrName) ?? all.find(({name}) => name === options.idOrName)
  if (found) return found
  throw new AppError('NOT_FOUND', `No deployment ${options.idOrName}`, {
    hint: 'See them with: tokenry service deployment list',
  })
}

/** Delete a deployment with all its tokens. */
export async function deleteDeployment(
  runtime: Runtime,
  options: {context?: string | undefined; id: string},
): Promise<ServiceDeployment> {
  const {service, actor, organizationId} = await openEmbedded(runtime, options.context)
  const reference = {organizationId, deploymentId: options.id, vendor: ASTRO_POLICY.vendor}
  const {deployment, endedTokens} = await service.deleteDeployment(actor, reference)
  return toServiceDeployment(deployment, endedTokens)
}

function countTokens({service, organizationId}: EmbeddedTarget, deploymentId: string): Promise<number> {
  return service.read.countTokens(organizationId, {
    vendor: ASTRO_POLICY.vendor,
    scope: 'DEPLOYMENT',
    ownerId: deploymentId,
  })
}

function toServiceDeployment(row: DeploymentRow, tokenCount: number): ServiceDeployment {
  const {id, name, workspaceId, createdAt} = row
  return {id, name, workspaceId, createdAt: toRfc3339(createdAt), tokenCount}
}
