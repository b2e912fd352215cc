import {AppError} from '../../errors/app-error.ts'
import {newCuid} from '../../lib/ids.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {DeploymentRow, StoreSession} from '../store/store.ts'
import {endToken} from '../tokens/revoke.ts'
import {changedBy, writeToken} from '../tokens/update.ts'

export interface DeploymentSpec {
  organizationId: string
  workspaceId: string
  name: string
}

/** The type under which roles and tokens refer to a deployment. */
const ENTITY_TYPE = 'DEPLOYMENT'

/** Add a deployment. CONFLICT when the organization has one of this name. */
export async function createDeployment(
  context: ServiceContext,
  actor: Actor,
  spec: DeploymentSpec,
): Promise<DeploymentRow> {
  const now = context.now()
  const deployment: DeploymentRow = {...spec, id: newCuid(), createdAt: now, updatedAt: now}
  await context.store.transaction(async (session) => {
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
      detail: {name: spec.name},
    })
  })
  return deployment
}

/** Delete a deployment; its own tokens end with it, and tokens of a wider scope lose their role on it. */
export async function deleteDeployment(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; deploymentId: string; vendor: string},
): Promise<{deployment: DeploymentRow; endedTokens: number}> {
  const {organizationId, deploymentId, vendor} = reference
  return context.store.transaction(async (session) => {
    const deployment = await session.findDeployment(organizationId, deploymentId)
    if (!deployment)
      throw new AppError('NOT_FOUND', `No deployment ${deploymentId}`, {
        hint: 'See them with: tokenry service deployment list',
      })
    // By owner: a token of its own may hold no role on it.
    const own = {vendor, scope: ENTITY_TYPE, ownerId: deploymentId}
    const tokens = await session.listTokens(organizationId, own, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
    for (const token of tokens) await endToken(context, session, actor, token)
    await stripRoles(context, session, actor, reference)
    await session.deleteDeployment(organizationId, deploymentId)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'deployment.delete',
      targetType: 'deployment',
      targetId: deploymentId,
      detail: {name: deployment.name, endedTokens: tokens.length},
    })
    return {deployment, endedTokens: tokens.length}
  })
}

/** Tokens of a wider scope lose what they hold on the deployment; each of them is changed by that. */
async function stripRoles(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  {organizationId, deploymentId, vendor}: {organizationId: string; deploymentId: string; vendor: string},
): Promise<void> {
  for (const tokenId of await session.deleteEntityRoles(organizationId, ENTITY_TYPE, deploymentId)) {
    const token = await session.findToken(organizationId, vendor, tokenId)
    if (!token) continue
    await writeToken(session, changedBy(context, actor, token))
    await recordChange(context, session, actor, {
      organizationId,
      action: 'token.roles',
      targetType: 'token',
      targetId: tokenId,
      detail: {after: token.roles, because: `deployment ${deploymentId} was deleted`},
    })
  }
}
