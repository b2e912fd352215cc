import {AppError} from '../../errors/app-error.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {OrganizationRow, StoreSession} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {endTokensInSteps, type OnProgress} from './delete-in-steps.ts'
import {endTokens} from './entity-tokens.ts'
import {findOrganization, nameTaken} from './find.ts'
import {insertOrganization, type NewOrganization} from './new-organization.ts'

export interface DeletedOrganization {
  organization: OrganizationRow
  /** How many were deleted with it. */
  workspaces: number
  deployments: number
  endedTokens: number
}

/**
 * Create an organization with a first workspace and deployment, and with what each vendor adds.
 * Throw CONFLICT if the name is taken.
 */
export async function createOrganization(
  context: ServiceContext,
  {newId}: TokenPolicy,
  actor: Actor,
  {name}: {name: string},
): Promise<NewOrganization> {
  return context.store.transaction(async (session) => {
    const [taken] = await session.listOrganizations({names: [name]})
    if (taken) throw nameTaken('organization', name, taken.organizationId)
    const nowMs = context.now()
    const made = await insertOrganization(session, {name, nowMs, newId})
    const {organizationId} = made.organization
    for (const seed of context.seeds) await seed.run(session, {organizationId, nowMs})
    await recordChange(context, session, actor, {
      organizationId,
      action: 'organization.create',
      targetType: 'organization',
      targetId: organizationId,
      detail: {name, workspaceId: made.workspace.id, deploymentId: made.deployment.id},
    })
    return made
  })
}

/**
 * Delete an organization with all its content, and end all its tokens. Its row and the rows of its
 * tokens stay, so that a verification can report why a token ended. Its name can be used again.
 * Throw CONFLICT for the only organization, because nothing works without one. The steps are those
 * of a workspace.
 */
export async function deleteOrganization(
  context: ServiceContext,
  actor: Actor,
  organizationId: string,
  onProgress: OnProgress = () => {},
): Promise<DeletedOrganization> {
  const owners = [{scope: '', ownerId: ''}]
  await context.store.transaction(async (session) => {
    await findDeletable(session, organizationId)
    await session.beginDeletion(organizationId, owners, context.now())
  })
  const ended = await endTokensInSteps(context, actor, {organizationId, owners}, onProgress)
  return context.store.transaction(async (session) => {
    const organization = await findDeletable(session, organizationId)
    // Tokens that were created since the first step.
    const vendors = await session.listTokenVendors(organizationId)
    const endedTokens = ended + (await endTokens(context, session, actor, {organizationId, vendors}))
    const workspaces = await session.countWorkspaces(organizationId)
    const deployments = await session.countDeployments(organizationId)
    await session.deleteOrganization(organizationId, context.now())
    await session.endDeletion(organizationId, owners)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'organization.delete',
      targetType: 'organization',
      targetId: organizationId,
      detail: {name: organization.name, workspaces, deployments, endedTokens},
    })
    return {organization, workspaces, deployments, endedTokens}
  })
}

/** Return the organization. Throw CONFLICT for the only one that is not being deleted. */
async function findDeletable(session: StoreSession, organizationId: string): Promise<OrganizationRow> {
  const organization = await findOrganization(session, organizationId)
  if (await session.hasOtherOrganization(organizationId)) return organization
  throw new AppError('CONFLICT', `${organization.name} is the only organization, and one must exist`, {
    reason: 'only-organization',
  })
}
