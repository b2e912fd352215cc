import {newUuid} from '../../lib/ids.ts'
import type {DeploymentRow, OrganizationRow, StoreSession, WorkspaceRow} from '../store/store.ts'
import type {NewId} from '../tokens/policy.ts'

export interface NewOrganization {
  organization: OrganizationRow
  workspace: WorkspaceRow
  deployment: DeploymentRow
}

/**
 * Insert an organization with one workspace and one deployment, so that the first command in it
 * works. Call it in a transaction.
 */
export async function insertOrganization(
  session: StoreSession,
  {name, nowMs, newId}: {name: string; nowMs: number; newId: NewId},
): Promise<NewOrganization> {
  const times = {createdAt: nowMs, updatedAt: nowMs}
  const organizationId = newId('organization')
  const organization = {organizationId, uuid: newUuid(), name, ...times}
  const workspace = {organizationId, id: newId('workspace'), name: FIRST_NAME, description: '', ...times}
  const deployment = {organizationId, id: newId('deployment'), workspaceId: workspace.id, name: FIRST_NAME, ...times}
  await session.insertOrganization(organization)
  await session.insertWorkspace(workspace)
  await session.insertDeployment(deployment)
  return {organization, workspace, deployment}
}

/**
 * The name of the first workspace and deployment, and of the organization of a new installation.
 */
export const FIRST_NAME = 'default'
