import {AppError} from '../../errors/app-error.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import type {DeploymentEntity} from './open-deployment.ts'
import {checkRole} from './roles.ts'
import {roleOn, type TokenResult, toTokenResult} from './token-result.ts'

export interface UpdateOptions {
  entity: DeploymentEntity
  token: AstroToken
  /** What is absent stays. */
  newName?: string | undefined
  description?: string | undefined
  role?: string | undefined
}

/**
 * Rename, describe, or give another role. Everything is checked before the first write, only what differs is written, and the role,
 * which is the likelier refusal, goes first (contracts/astro.md, 11). PARTIAL when the second of two writes fails.
 */
export async function updateToken(options: UpdateOptions): Promise<TokenResult> {
  const {entity, token, newName = token.name, description = token.description, role} = options
  const {organizationId} = entity.target
  if (token.scope !== entity.scope && (newName !== token.name || description !== token.description)) {
    throw new AppError('USAGE', `API token ${token.id} belongs to a wider scope (${token.scope})`, {
      hint: 'Rename or describe it where it belongs; a deployment can only change its role here',
    })
  }
  checkUpdateBody({name: newName, description})
  if (role !== undefined) await checkRole(entity.target, role)
  const roles = role === undefined || role === roleOn(token, entity)?.role ? null : withRole(token, entity, role)
  if (roles) await writeRoles(options, roles)
  if (newName !== token.name || description !== token.description) {
    await writeText(options, {newName, roleWritten: roles !== null})
  }
  return toTokenResult(await entity.target.api.getToken(organizationId, token.id), entity)
}

/** The embedded service refuses a write that is based on what somebody else has changed since. */
async function writeRoles({entity, token}: UpdateOptions, roles: AstroToken['roles']): Promise<void> {
  const {api, embedded, organizationId} = entity.target
  if (embedded) await embedded.updateTokenRoles(organizationId, token.id, roles, {revision: token.revision})
  else await api.updateTokenRoles(organizationId, token.id, roles)
}

async function writeText(
  {entity, token, description}: UpdateOptions,
  {newName, roleWritten}: {newName: string; roleWritten: boolean},
): Promise<void> {
  const {api, embedded, organizationId} = entity.target
  const body = {name: newName, ...(description === undefined ? {} : {description})}
  // Our own write of the role was the one change that is expected.
  const revision = token.revision === undefined ? undefined : token.revision + Number(roleWritten)
  const writing = embedded
    ? embedded.updateToken(organizationId, token.id, body, {revision})
    : api.updateToken(organizationId, token.id, body)
  await writing.catch((cause: unknown) => {
    throw roleWritten ? halfDone(token, cause) : cause
  })
}

/** The whole set with the role on this entity replaced; every other role stays as it is. */
function withRole(token: AstroToken, entity: DeploymentEntity, role: string): AstroToken['roles'] {
  return token.roles.map((held) => (held === roleOn(token, entity) ? {...held, role} : held))
}

function halfDone(token: AstroToken, cause: unknown): AppError {
  return new AppError('PARTIAL', `API token ${token.id} has its new role, but was not renamed or described`, {
    cause,
    hint: 'Run the same command again',
  })
}
