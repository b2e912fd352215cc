import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'
import type {PlannedChange} from '../tokens/change-plan.ts'
import type {Warn} from '../tokens/deliver.ts'
import {endToken, refuseUsed} from '../tokens/end-token.ts'
import {type ChangePlan, createPlan, requireSelf} from './change-plan.ts'
import type {TokenEntity} from './entity.ts'
import {markGoneToken, withoutRole, writeRoles} from './grant-role.ts'

export interface DeletedToken {
  id: string
  name: string
  /** The deployment, workspace or organization that the command worked on. */
  entityId: string
  deletedAt: string
  /** False for a token of a wider scope, which only lost its role here. */
  ended: boolean
}

export interface DeleteOptions {
  entity: TokenEntity
  token: AstroTokenRecord
  /** Allow a token that commands sign in with. */
  self: boolean
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
  warn: Warn
}

/**
 * Plan the deletion of a token of this entity. A token of a wider scope only loses its role here.
 */
export async function planDelete(
  runtime: Runtime,
  options: DeleteOptions,
): Promise<PlannedChange<ChangePlan, DeletedToken>> {
  const {entity, token, self, unusedForMs} = options
  const ended = token.scope === entity.scope
  if (ended) requireSelf(entity, token, self)
  if (unusedForMs !== undefined) refuseUsed(entity.words, token, {unusedForMs, now: runtime.now()})
  const changes = ended
    ? [{field: 'token', before: `…${token.fragment}`, after: null}]
    : [{field: 'role', before: roleOn(token, entity)?.role ?? null, after: null}]
  return {
    plan: createPlan(ended ? 'delete' : 'remove', {entity, token, changes}),
    async apply() {
      await (ended ? end(runtime, options) : markGoneToken(options, () => removeRole(runtime, options)))
      const {id, name} = token
      return {id, name, entityId: entity.id, deletedAt: toRfc3339(runtime.now()), ended}
    },
  }
}

function end({now}: Runtime, {entity, token, unusedForMs, warn}: DeleteOptions): Promise<void> {
  return endToken(entity, {token, unusedForMs, readAgain: () => entity.port.get(token.id), now, warn})
}

/** Remove the role. No implementation can check for a use in the step that writes the roles. */
async function removeRole(runtime: Runtime, {entity, token, unusedForMs, warn}: DeleteOptions): Promise<void> {
  if (unusedForMs !== undefined) {
    refuseUsed(entity.words, await entity.port.get(token.id), {unusedForMs, now: runtime.now()})
    await warn(
      'The check for a use and the removal of a role cannot be done in one step: a use between them is not noticed',
    )
  }
  await writeRoles({entity, token}, withoutRole(token, entity))
}
