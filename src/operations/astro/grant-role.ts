import {AppError} from '../../errors/app-error.ts'
import type {AstroToken, AstroTokenRole} from '../../vendors/astro/api.ts'
import {changesOf, type FieldChange, type PlannedChange, planOf} from './change-plan.ts'
import {describeEntity, type TokenEntity} from './entity.ts'
import {checkRole} from './list-roles.ts'
import {roleOn, type TokenResult, toTokenResult} from './token-result.ts'
import {writeRoles} from './write-token.ts'

/** A token after its text or its role was changed. */
export interface ChangedToken extends TokenResult {
  /** What is different now; empty when everything was so already. */
  changes: FieldChange[]
}

interface GrantOptions {
  entity: TokenEntity
  /** A token of a wider scope. */
  token: AstroToken
  role: string
}

/** Give a token of a wider scope a role on this entity, or another one. A role that it holds already is no error. */
export async function planGrant({entity, token, role}: GrantOptions): Promise<PlannedChange<ChangedToken>> {
  const held = roleOn(token, entity)
  if (role !== held?.role) await checkRole(entity, role)
  const changes = changesOf([{field: 'role', before: held?.role ?? null, after: role}])
  return {
    plan: planOf(held ? 'update' : 'add', {entity, token, changes}),
    async apply() {
      if (changes.length > 0) await writeRoles({entity, token}, withRole(token, entity, role))
      return readChanged({entity, token, changes})
    },
  }
}

/** Take the role on this entity from a token of a wider scope. NOT_FOUND when it has none here. */
export async function planRemoval({entity, token}: Omit<GrantOptions, 'role'>): Promise<PlannedChange<ChangedToken>> {
  const held = roleOn(token, entity)
  if (!held) {
    throw new AppError('NOT_FOUND', `API token ${token.id} has no role on ${describeEntity(entity)}`, {
      hint: 'There is nothing to remove',
    })
  }
  const changes = [{field: 'role', before: held.role, after: null}]
  return {
    plan: planOf('remove', {entity, token, changes}),
    async apply() {
      await writeRoles({entity, token}, withoutRole(token, entity))
      return readChanged({entity, token, changes})
    },
  }
}

/** What is there after the change, because the answers to a change differ from vendor to vendor. */
export async function readChanged(change: {
  entity: TokenEntity
  token: AstroToken
  changes: FieldChange[]
}): Promise<ChangedToken> {
  const {entity, token, changes} = change
  const {api, organizationId} = entity.target
  return {...toTokenResult(await api.getToken(organizationId, token.id), entity), changes}
}

/** The whole set with the role on this entity replaced or added; every other role stays as it is (contracts/astro.md, 11). */
export function withRole(token: AstroToken, entity: TokenEntity, role: string): AstroTokenRole[] {
  const held = roleOn(token, entity)
  if (!held) return [...token.roles, {entityType: entity.scope, entityId: entity.id, role}]
  return token.roles.map((each) => (each === held ? {...each, role} : each))
}

/** The whole set without the role on this entity. */
export function withoutRole(token: AstroToken, entity: TokenEntity): AstroTokenRole[] {
  const held = roleOn(token, entity)
  return token.roles.filter((each) => each !== held)
}
