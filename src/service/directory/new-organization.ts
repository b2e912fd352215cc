import {newCuid, newUuid} from '../../lib/ids.ts'
import type {DeploymentRow, OrganizationRow, StoreSession, WorkspaceRow} from '../store/store.ts'

export interface NewOrganization {
  organization: OrganizationRow
  workspace: WorkspaceRow
  deployment: DeploymentRow
}

/** Add an organization with a workspace and a deployment, so that the first command in it works. Call it in a transaction. */
export async function insertOrganization(
  session: StoreSession,
  {name, nowMs}: {name: string; nowMs: number},
): Promise<NewOrganization> {
  const times = {createdAt: nowMs, updatedAt: nowMs}
  const organizationId = newCuid()
  const organization = {organizationId, uuid: newUuid(), name, ...times}
  const workspace = {organizationId, id: newCuid(), name: FIRST_NAME, description: '', ...times}
  const deployment = {organizationId, id: newCuid(), workspaceId: workspace.id, name: FIRST_NAME, ...times}
  await session.insertOrganization(organization)
  await session.insertWorkspace(workspace)
  await session.insertDeployment(deployment)
  return {organization, workspace, deployment}
}

/** Of the organization that an installation begins with, too. */
export const FIRST_NAME = 'default'
