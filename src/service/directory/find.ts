import {AppError} from '../../errors/app-error.ts'
import type {OrganizationRow, StoreSession, WorkspaceRow} from '../store/store.ts'

/**
 * Return the organization. Throw NOT_FOUND also for a deleted one, whose row stays only for its
 * tokens.
 */
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

/**
 * Create the CONFLICT error for a name that is taken. It includes the id of the existing entity.
 */
export function nameTaken(noun: 'organization' | 'workspace' | 'deployment', name: string, id: string): AppError {
  const article = noun === 'organization' ? 'An' : 'A'
  return new AppError('CONFLICT', `${article} ${noun} named ${name} already exists: ${id}`, {
    reason: 'name-taken',
    facts: {noun, name, id},
    hint: 'Choose another name',
  })
}
