import {AppError} from '../../errors/app-error.ts'
import type {OrganizationRow, StoreSession, WorkspaceRow} from '../store/store.ts'

/** NOT_FOUND when it was deleted, too: then only the row is left, for the tokens that were in it. */
export async function findOrganization(session: StoreSession, organizationId: string): Promise<OrganizationRow> {
  const found = (await session.listOrganizations()).find((row) => row.organizationId === organizationId)
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${organizationId}`, {
    hint: 'See them with: tokenry service organization list',
  })
}

export async function findWorkspace(
  session: StoreSession,
  {organizationId, workspaceId}: {organizationId: string; workspaceId: string},
): Promise<WorkspaceRow> {
  const found = (await session.listWorkspaces(organizationId)).find((row) => row.id === workspaceId)
  if (found) return found
  throw new AppError('NOT_FOUND', `No workspace ${workspaceId}`, {
    hint: 'See them with: tokenry service workspace list',
  })
}
