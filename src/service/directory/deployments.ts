import {AppError} from '../../errors/app-error.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow, StoreSession} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {endTokensInSteps, type OnProgress, takeRolesInSteps} from './delete-in-steps.ts'
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
 * it. The steps are those of a workspace.
 */
export async function deleteDeployment(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; deploymentId: string},
  onProgress: OnProgress = () => {},
): Promise<{deployment: DeploymentRow; endedTokens: number}> {
  const {organizationId, deploymentId} = reference
  const owners = [{scope: DEPLOYMENT_TYPE, ownerId: deploymentId}]
  const find = async (session: StoreSession) => {
    const [deployment] = await session.findDeployments(organizationId, [deploymentId])
    if (deployment) return deployment
    throw new AppError('NOT_FOUND', `No deployment ${deploymentId}`, {reason: 'deployment-missing'})
  }
  await context.store.transaction(async (session) => {
    await find(session)
    await session.beginDeletion(organizationId, owners, context.now())
  })
  const because = `deployment ${deploymentId} was deleted`
  const ended = await endTokensInSteps(context, actor, {organizationId, owners}, onProgress)
  await takeRolesInSteps(context, actor, {organizationId, owners, because})
  return context.store.transaction(async (session) => {
    const deployment = await find(session)
    // Tokens that were created since the first step.
    const vendors = await session.listTokenVendors(organizationId)
    const own = {organizationId, vendors, scope: DEPLOYMENT_TYPE, ownerId: deploymentId}
    const endedTokens = ended + (await endTokens(context, session, actor, own))
    const entities = [{type: DEPLOYMENT_TYPE, id: deploymentId}]
    await takeRoles(context, session, actor, {organizationId, vendors, entities, because})
    await session.deleteDeployment(organizationId, deploymentId)
    await session.endDeletion(organizationId, owners)
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
