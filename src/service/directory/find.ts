import {AppError} from '../../errors/app-error.ts'
import type {OrganizationRow, StoreSession, WorkspaceRow} from '../store/store.ts'

/** NOT_FOUND also for one that was deleted: then only the row is left, for the tokens that were in it. */
export async function findOrganization(session: StoreSession, organizationId: string): Promise<OrganizationRow> {
  const found = await session.findOrganization(organizationId)
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${organizationId}`, {reason: 'organization-missing'})
}

export async function findWorkspace(
  session: StoreSession,
  {organizationId, workspaceId}: {organizationId: string; workspaceId: string},
): Promise<WorkspaceRow> {
  const [found] = await session.findWorkspaces(organizationId, [workspaceId])
  if (found) return found
  throw new AppError('NOT_FOUND', `No workspace ${workspaceId}`, {reason: 'workspace-missing'})
}

/** CONFLICT, naming the id, for what has a name that is taken. */
export function nameTaken(noun: 'organization' | 'workspace' | 'deployment', name: string, id: string): AppError {
  const article = noun === 'organization' ? 'An' : 'A'
  return new AppError('CONFLICT', `${article} ${noun} named ${name} exists already: ${id}`, {
    reason: 'name-taken',
    facts: {noun, name, id},
    hint: 'Choose another name',
  })
}
