import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {type AstroTokenRecord, findOwner, roleOn} from '../../vendors/astro/token-port.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {type FieldChange, findChanges} from '../tokens/change-plan.ts'
import {hintAtConflict} from '../tokens/hint-at-conflict.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'
import {createPlan} from './change-plan.ts'
import type {TokenEntity} from './entity.ts'
import {commandFor, ENTITY_WORDS} from './entity-words.ts'
import {type ChangedToken, type PlannedTokenChange, readChanged, withRole, writeRoles} from './grant-role.ts'
import {checkRole} from './list-roles.ts'

export interface UpdateOptions {
  entity: TokenEntity
  token: AstroTokenRecord
  /** An absent field does not change. */
  newName?: string | undefined
  description?: string | undefined
  role?: string | undefined
}

/**
 * Plan a change of name, description or role. Everything is checked before the first write, and
 * only differences are written. The role is written first, because its write is more likely to be
 * refused (contracts/astro.md, 11). PARTIAL if the second of two writes fails.
 */
export async function planUpdate(options: UpdateOptions): Promise<PlannedTokenChange> {
  const {entity, token, newName = token.name, description = token.description} = options
  const held = roleOn(token, entity)?.role ?? null
  const {role = held} = options
  const text = findChanges([
    {field: 'name', before: token.name, after: newName},
    {field: 'description', before: token.description, after: description},
  ])
  if (token.scope !== entity.scope && text.length > 0) throw widerScope(entity, token, text)
  refuseBlankName('token', newName)
  checkUpdateBody({name: newName, description})
  const newRole = role !== held ? role : null
  if (newRole !== null) await checkRole(entity, newRole)
  const changes = [...text, ...findChanges([{field: 'role', before: held, after: role}])]
  return {
    plan: createPlan('update', {entity, token, changes}),
    apply: () =>
      applyUpdate({entity, token, changes}, {newRole, text: text.length > 0 ? {name: newName, description} : null}),
  }
}

async function applyUpdate(
  change: {entity: TokenEntity; token: AstroTokenRecord; changes: FieldChange[]},
  {newRole, text}: {newRole: string | null; text: {name: string; description: string} | null},
): Promise<ChangedToken> {
  const {entity, token} = change
  if (newRole !== null) await writeRoles({entity, token}, withRole(token, entity, newRole))
  if (text) {
    const after = newRole === null ? token : afterOneWrite(token)
    const written = hintAtConflict(entity.words.command('list'), entity.port.writeText(after, text))
    await written.catch((cause: unknown) => {
      throw newRole === null ? cause : halfDone(token, cause)
    })
  }
  return readChanged(change)
}

/** Return the token after our own write, which is the only expected change. */
function afterOneWrite(token: AstroTokenRecord): AstroTokenRecord {
  return token.revision === undefined ? token : {...token, revision: token.revision + 1}
}

function widerScope(entity: TokenEntity, token: AstroTokenRecord, text: FieldChange[]): AppError {
  const {noun} = ENTITY_WORDS[entity.scope]
  const owner = {target: entity.target, ...findOwner(token)}
  const flags = text.map(({field, after}) => `--${field === 'name' ? 'new-name' : field}=${shellPath(after ?? '')}`)
  return new AppError('USAGE', `API token ${token.id} belongs to another scope (${token.scope})`, {
    hint: `Rename or describe it in its own scope: ${commandFor(owner, ['update', shellPath(token.id), ...flags].join(' '))}; a ${noun} can only change its role here`,
  })
}

function halfDone(token: AstroTokenRecord, cause: unknown): AppError {
  return new AppError(
    'PARTIAL',
    `API token ${token.id} has its new role, but its name or description was not changed`,
    {
      cause,
      hint: 'Run the same command again',
    },
  )
}
