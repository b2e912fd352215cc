import {AppError} from '../../errors/app-error.ts'
import {newCuid} from '../../lib/ids.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow} from '../store/store.ts'
import {endTokens, takeRoles} from './entity-tokens.ts'
import {findWorkspace} from './find.ts'

export interface DeploymentSpec {
  organizationId: string
  workspaceId: string
  name: string
}

/** The type under which roles and tokens refer to a deployment. */
export const DEPLOYMENT_TYPE = 'DEPLOYMENT'

/** Add a deployment. CONFLICT when the organization has one of this name, NOT_FOUND without the workspace. */
export async function createDeployment(
  context: ServiceContext,
  actor: Actor,
  spec: DeploymentSpec,
): Promise<DeploymentRow> {
  const now = context.now()
  const deployment: DeploymentRow = {...spec, id: newCuid(), createdAt: now, updatedAt: now}
  await context.store.transaction(async (session) => {
    await findWorkspace(session, spec)
    const taken = (await session.listDeployments(spec.organizationId)).find(({name}) => name === spec.name)
    if (taken)
      throw new AppError('CONFLICT', `A deployment named ${spec.name} exists already: ${taken.id}`, {
        hint: 'Choose another name',
      })
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

/** Delete a deployment. Its tokens end, of every vendor, and tokens of a wider scope lose their role on it. */
export async function deleteDeployment(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; deploymentId: string},
): Promise<{deployment: DeploymentRow; endedTokens: number}> {
  const {organizationId, deploymentId} = reference
  return context.store.transaction(async (session) => {
    const deployment = await session.findDeployment(organizationId, deploymentId)
    if (!deployment)
      throw new AppError('NOT_FOUND', `No deployment ${deploymentId}`, {
        hint: 'See them with: tokenry service deployment list',
      })
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
