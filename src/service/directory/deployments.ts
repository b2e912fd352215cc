import {AppError} from '../../errors/app-error.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {endTokens, takeRoles} from './entity-tokens.ts'
import {findWorkspace, nameTaken} from './find.ts'

export interface DeploymentSpec {
  organizationId: string
  workspaceId: string
  name: string
}

/** The type by which roles and tokens refer to a deployment. */
export const DEPLOYMENT_TYPE = 'DEPLOYMENT'

/**
 * Create a deployment. Throw CONFLICT if the organization has one with this name, NOT_FOUND if the
 * workspace does not exist.
 */
export async function createDeployment(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: DeploymentSpec,
): Promise<DeploymentRow> {
  const now = context.now()
  const deployment: DeploymentRow = {...spec, id: policy.newId('deployment'), createdAt: now, updatedAt: now}
  await context.store.transaction(async (session) => {
    await findWorkspace(session, spec)
    const [taken] = await session.listDeployments(spec.organizationId, {names: [spec.name]})
    if (taken) throw nameTaken('deployment', spec.name, taken.id)
    await session.insertDeployment(deployment)
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'deployment.create',
      targetType: 'deployment',
      targetId: deployment.id,
      detail: {name: spec.name, workspaceId: spec.workspaceId},
    })
  })
  return deployment
}

/**
 * Delete a deployment. Its tokens end, for all vendors. Tokens of a wider scope lose their role on
 * it.
 */
export async function deleteDeployment(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; deploymentId: string},
): Promise<{deployment: DeploymentRow; endedTokens: number}> {
  const {organizationId, deploymentId} = reference
  return context.store.transaction(async (session) => {
    const [deployment] = await session.findDeployments(organizationId, [deploymentId])
    if (!deployment) throw new AppError('NOT_FOUND', `No deployment ${deploymentId}`, {reason: 'deployment-missing'})
    const vendors = await session.listTokenVendors(organizationId)
    const own = {organizationId, vendors, scope: DEPLOYMENT_TYPE, ownerId: deploymentId}
    const endedTokens = await endTokens(context, session, actor, own)
    const entities = [{type: DEPLOYMENT_TYPE, id: deploymentId}]
    const because = `deployment ${deploymentId} was deleted`
    await takeRoles(context, session, actor, {organizationId, vendors, entities, because})
    await session.deleteDeployment(organizationId, deploymentId)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'deployment.delete',
      targetType: 'deployment',
      targetId: deploymentId,
      detail: {name: deployment.name, endedTokens},
    })
    return {deployment, endedTokens}
  })
}
