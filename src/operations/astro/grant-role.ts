import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {AstroTokenRole} from '../../vendors/astro/api.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'
import {isNotFound, markGone} from '../ignore-gone.ts'
import {type FieldChange, findChanges, type PlannedChange} from '../tokens/change-plan.ts'
import {describeGone} from '../tokens/end-token.ts'
import {hintAtConflict} from '../tokens/hint-at-conflict.ts'
import {type ChangePlan, createPlan} from './change-plan.ts'
import {describeEntity, type TokenEntity} from './entity.ts'
import {ENTITY_WORDS} from './entity-words.ts'
import {checkRole} from './list-roles.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'

/** A token after a change of its name, description or role. */
export interface ChangedToken extends TokenResult {
  /** The changed fields; empty if nothing had to change. */
  changes: FieldChange[]
}

export type PlannedTokenChange = PlannedChange<ChangePlan, ChangedToken>

interface GrantOptions {
  entity: TokenEntity
  /** A token of a wider scope. */
  token: AstroTokenRecord
  role: string
}

/**
 * Plan to give a token of a wider scope a role on this entity, or another role. If it holds the
 * role already, nothing changes and there is no error.
 */
export async function planGrant({entity, token, role}: GrantOptions): Promise<PlannedTokenChange> {
  const held = roleOn(token, entity)
  if (role !== held?.role) await checkRole(entity, role)
  const changes = findChanges([{field: 'role', before: held?.role ?? null, after: role}])
  return {
    plan: createPlan(held ? 'update' : 'add', {entity, token, changes}),
    async apply() {
      if (changes.length > 0) await writeRoles({entity, token}, withRole(token, entity, role))
      return readChanged({entity, token, changes})
    },
  }
}

/**
 * Plan to remove the role on this entity from a token of a wider scope. NOT_FOUND, with
 * `details.gone` if the entity was seen, if it has none.
 */
export async function planRemoval({entity, token}: Omit<GrantOptions, 'role'>): Promise<PlannedTokenChange> {
  const held = roleOn(token, entity)
  if (!held) {
    throw new AppError('NOT_FOUND', `API token ${token.id} has no role on ${describeEntity(entity)}`, {
      hint: 'There is nothing to remove',
      ...(entity.isSeen ? {gone: {wanted: token.id}} : {}),
    })
  }
  const changes = [{field: 'role', before: held.role, after: null}]
  return {
    plan: createPlan('remove', {entity, token, changes}),
    apply: () =>
      markGoneToken({entity, token}, async () => {
        await writeRoles({entity, token}, withoutRole(token, entity))
        return readChanged({entity, token, changes})
      }),
  }
}

/**
 * Return the result of `work`. Mark its NOT_FOUND if the token itself is gone, because a set of
 * roles may name other things that do not exist.
 */
export async function markGoneToken<Result>(
  {entity, token}: {entity: TokenEntity; token: AstroTokenRecord},
  work: () => Promise<Result>,
): Promise<Result> {
  const isGone = () => entity.port.get(token.id).then(() => false, isNotFound)
  return markGone(describeGone(entity.words, token), work(), isGone)
}

/**
 * Replace the role set of a token. CONFLICT if the token was changed since it was read. INVALID,
 * without a request, for an empty set: Astro has no token without a role (contracts/astro.md, T5).
 */
export async function writeRoles(
  {entity, token}: {entity: TokenEntity; token: AstroTokenRecord},
  roles: AstroTokenRole[],
): Promise<void> {
  if (roles.length === 0) throw noRoleLeft(token)
  await hintAtConflict(entity.words.command('list'), entity.port.writeRoles(token, roles))
}

function noRoleLeft({id, scope}: AstroTokenRecord): AppError {
  const {noun} = ENTITY_WORDS[scope]
  return new AppError('INVALID', `API token ${id} would have no role left`, {
    hint: `To end the token, delete it with: tokenry ${noun} token delete ${shellPath(id)}`,
  })
}

/**
 * Read the token after a change, because the response to a change differs from vendor to vendor.
 */
export async function readChanged(change: {
  entity: TokenEntity
  token: AstroTokenRecord
  changes: FieldChange[]
}): Promise<ChangedToken> {
  const {entity, token, changes} = change
  return {...toTokenResult(await entity.port.get(token.id), entity), changes}
}

/**
 * Return the whole role set with the role on this entity replaced or added. Every other role is
 * unchanged (contracts/astro.md, 11).
 */
export function withRole(token: AstroTokenRecord, entity: TokenEntity, role: string): AstroTokenRole[] {
  const held = roleOn(token, entity)
  if (!held) return [...token.roles, {entityType: entity.scope, entityId: entity.id, role}]
  return token.roles.map((each) => (each === held ? {...each, role} : each))
}

/** Return the whole role set without the role on this entity. */
export function withoutRole(token: AstroTokenRecord, entity: TokenEntity): AstroTokenRole[] {
  const held = roleOn(token, entity)
  return token.roles.filter((each) => each !== held)
}
