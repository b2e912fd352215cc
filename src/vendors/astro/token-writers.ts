import {AppError} from '../../errors/app-error.ts'
import type {AstroToken, AstroTokenRole} from './api.ts'
import type {AstroConnection, AstroTokenPort, AstroTokenRecord} from './token-port.ts'

/**
 * Return the methods that change a token without losing a concurrent change. If the implementation
 * can compare the revision in the same step as the write, it does. Astro cannot. There, the token
 * is read immediately before the write. The result of the write, or a read immediately after it, is
 * compared with what was written. A difference is CONFLICT.
 */
export function createTokenWriters(
  {api, capabilities}: AstroConnection,
  organizationId: string,
): Pick<AstroTokenPort, 'writeText' | 'writeRoles'> {
  return {
    async writeText(token, text) {
      const seen = seenRevision(token)
      if (capabilities.updateSeenToken && seen) {
        await capabilities.updateSeenToken(organizationId, token.id, text, seen)
        return
      }
      const before = await api.getToken(organizationId, token.id)
      if (!isSameText(before, token)) throw changedMeanwhile(token, 'name or description')
      const after = await api.updateToken(organizationId, token.id, text)
      if (!isSameText(after, {description: before.description, ...text})) {
        throw changedMeanwhile(token, 'name or description')
      }
    },
    async writeRoles(token, roles) {
      const seen = seenRevision(token)
      if (capabilities.updateSeenTokenRoles && seen) {
        await capabilities.updateSeenTokenRoles(organizationId, token.id, roles, seen)
        return
      }
      const before = await api.getToken(organizationId, token.id)
      if (rolesMissing(token.roles, before.roles).length + rolesMissing(before.roles, token.roles).length > 0) {
        throw changedMeanwhile(token, 'roles')
      }
      await api.updateTokenRoles(organizationId, token.id, roles)
      const after = await api.getToken(organizationId, token.id)
      const lost = rolesMissing(roles, after.roles)
      if (lost.length > 0) throw rolesLost(token, lost)
      const removed = rolesMissing(token.roles, roles)
      const returned = rolesMissing(removed, rolesMissing(removed, after.roles))
      if (returned.length > 0) throw rolesReturned(token, returned)
    },
  }
}

function seenRevision({revision}: AstroTokenRecord): {revision: number} | undefined {
  return revision === undefined ? undefined : {revision}
}

function isSameText(a: Pick<AstroToken, 'name' | 'description'>, b: Pick<AstroToken, 'name' | 'description'>): boolean {
  return a.name === b.name && a.description === b.description
}

/** Return the roles of `wanted` that are not in `held`. */
function rolesMissing(wanted: AstroTokenRole[], held: AstroTokenRole[]): AstroTokenRole[] {
  const keys = new Set(held.map(keyOfRole))
  return wanted.filter((role) => !keys.has(keyOfRole(role)))
}

function keyOfRole({entityType, entityId, deploymentId, role}: AstroTokenRole): string {
  return JSON.stringify([entityType, entityId, deploymentId ?? null, role])
}

function changedMeanwhile({id}: AstroTokenRecord, what: string): AppError {
  return new AppError('CONFLICT', `The ${what} of API token ${id} were changed by someone else in the meantime`, {
    hint: 'Look at the token as it is now, then run the command again',
  })
}

function rolesLost({id}: AstroTokenRecord, lost: AstroTokenRole[]): AppError {
  return new AppError(
    'CONFLICT',
    `API token ${id} has lost ${describeRoles(lost)}: someone else wrote its roles in the meantime`,
    {hint: 'Look at the token as it is now, then add the missing roles'},
  )
}

function rolesReturned({id}: AstroTokenRecord, returned: AstroTokenRole[]): AppError {
  return new AppError(
    'CONFLICT',
    `API token ${id} still has ${describeRoles(returned)}: someone else wrote its roles in the meantime`,
    {hint: 'Look at the token as it is now, then remove the roles that it should not have'},
  )
}

function describeRoles(roles: AstroTokenRole[]): string {
  return roles.map(({role, entityType, entityId}) => `${role} on ${entityType.toLowerCase()} ${entityId}`).join(', ')
}
