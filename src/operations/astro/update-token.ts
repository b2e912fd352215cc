import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {refuseBlankName} from '../refuse-blank-name.ts'
import {changesOf, type FieldChange, type PlannedChange, planOf} from './change-plan.ts'
import {commandFor, ENTITY_WORDS, type TokenEntity} from './entity.ts'
import {type ChangedToken, readChanged, withRole} from './grant-role.ts'
import {checkRole} from './list-roles.ts'
import {ownerOf, roleOn} from './token-result.ts'
import {writeRoles, writeText} from './write-token.ts'

export interface UpdateOptions {
  entity: TokenEntity
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
export async function planUpdate(options: UpdateOptions): Promise<PlannedChange<ChangedToken>> {
  const {entity, token, newName = token.name, description = token.description} = options
  const held = roleOn(token, entity)?.role ?? null
  const {role = held} = options
  const text = changesOf([
    {field: 'name', before: token.name, after: newName},
    {field: 'description', before: token.description, after: description},
  ])
  if (token.scope !== entity.scope && text.length > 0) throw widerScope(entity, token, text)
  refuseBlankName('token', newName)
  checkUpdateBody({name: newName, description})
  const newRole = role !== held ? role : null
  if (newRole !== null) await checkRole(entity, newRole)
  const changes = [...text, ...changesOf([{field: 'role', before: held, after: role}])]
  return {
    plan: planOf('update', {entity, token, changes}),
    apply: () =>
      applyUpdate({entity, token, changes}, {newRole, text: text.length > 0 ? {name: newName, description} : null}),
  }
}

async function applyUpdate(
  change: {entity: TokenEntity; token: AstroToken; changes: FieldChange[]},
  {newRole, text}: {newRole: string | null; text: {name: string; description: string} | null},
): Promise<ChangedToken> {
  const {entity, token} = change
  if (newRole !== null) await writeRoles({entity, token}, withRole(token, entity, newRole))
  if (text) {
    const after = newRole === null ? token : afterOneWrite(token)
    await writeText({entity, token: after}, text).catch((cause: unknown) => {
      throw newRole === null ? cause : halfDone(token, cause)
    })
  }
  return readChanged(change)
}

/** Our own write was the one change that is expected. */
function afterOneWrite(token: AstroToken): AstroToken {
  return token.revision === undefined ? token : {...token, revision: token.revision + 1}
}

function widerScope(entity: TokenEntity, token: AstroToken, text: FieldChange[]): AppError {
  const {noun} = ENTITY_WORDS[entity.scope]
  const owner = {target: entity.target, ...ownerOf(token)}
  const flags = text.map(({field, after}) => `--${field === 'name' ? 'new-name' : field}=${shellPath(after ?? '')}`)
  return new AppError('USAGE', `API token ${token.id} belongs to another scope (${token.scope})`, {
    hint: `Rename or describe it where it belongs: ${commandFor(owner, ['update', token.id, ...flags].join(' '))}; a ${noun} can only change its role here`,
  })
}

function halfDone(token: AstroToken, cause: unknown): AppError {
  return new AppError('PARTIAL', `API token ${token.id} has its new role, but was not renamed or described`, {
    cause,
    hint: 'Run the same command again',
  })
}
