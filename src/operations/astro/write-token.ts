import {AppError} from '../../errors/app-error.ts'
import type {AstroToken, AstroTokenRole, UpdateTokenBody} from '../../vendors/astro/api.ts'
import {hintAtConflict} from '../hint-at-conflict.ts'
import {commandFor, type TokenEntity} from './entity.ts'

interface Seen {
  entity: TokenEntity
  /** The token as it was when the change was worked out. */
  token: AstroToken
}

/**
 * Replace the role set of a token that nobody has changed since it was read: CONFLICT otherwise. The embedded service looks in the
 * transaction that writes; Astro has no such guard, so the set is read again right before, and the last moment stays open.
 */
export async function writeRoles({entity, token}: Seen, roles: AstroTokenRole[]): Promise<void> {
  const {api, embedded, organizationId} = entity.target
  if (embedded) {
    const written = embedded.updateTokenRoles(organizationId, token.id, roles, {revision: token.revision})
    return hintAtConflict(commandFor(entity, 'list'), written)
  }
  const current = await api.getToken(organizationId, token.id)
  if (!sameRoles(current.roles, token.roles)) throw changedMeanwhile(entity, token)
  await api.updateTokenRoles(organizationId, token.id, roles)
}

/** Rename or describe a token; on the embedded service CONFLICT when somebody else has changed it since it was read. */
export async function writeText({entity, token}: Seen, body: UpdateTokenBody): Promise<void> {
  const {api, embedded, organizationId} = entity.target
  if (embedded) {
    const written = embedded.updateToken(organizationId, token.id, body, {revision: token.revision})
    await hintAtConflict(commandFor(entity, 'list'), written)
  } else await api.updateToken(organizationId, token.id, body)
}

function sameRoles(a: AstroTokenRole[], b: AstroTokenRole[]): boolean {
  const keys = (roles: AstroTokenRole[]) =>
    roles.map(({entityType, entityId, deploymentId, role}) =>
      JSON.stringify([entityType, entityId, deploymentId, role]),
    )
  return keys(a).sort().join('\n') === keys(b).sort().join('\n')
}

function changedMeanwhile(entity: TokenEntity, {id}: AstroToken): AppError {
  return new AppError('CONFLICT', `The roles of API token ${id} were changed by someone else in between`, {
    hint: `Look at them with: ${commandFor(entity, 'list')}; then run the command again`,
  })
}
