import {AppError} from '../../errors/app-error.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import {hintAtConflict} from '../hint-at-conflict.ts'
import {type PlannedChange, planOf, requireSelf} from './change-plan.ts'
import {commandFor, type TokenEntity} from './entity.ts'
import {withoutRole} from './grant-role.ts'
import {tokenCalls} from './token-calls.ts'
import {roleOn} from './token-result.ts'
import {writeRoles} from './write-token.ts'

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
  token: AstroToken
  /** End even the token that one is signed in with. */
  self: boolean
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
}

/** Delete a token of this entity; a token of a wider scope only loses its role here. */
export async function planDelete(runtime: Runtime, options: DeleteOptions): Promise<PlannedChange<DeletedToken>> {
  const {entity, token, self, unusedForMs} = options
  const ended = token.scope === entity.scope
  if (ended) requireSelf(entity, token, self)
  refuseUsed(options, runtime.now())
  const changes = ended
    ? [{field: 'token', before: `…${token.shortToken}`, after: null}]
    : [{field: 'role', before: roleOn(token, entity)?.role ?? null, after: null}]
  return {
    plan: planOf(ended ? 'delete' : 'remove', {entity, token, changes}),
    async apply() {
      // Only the embedded service looks once more when it deletes.
      if (unusedForMs !== undefined && !(ended && entity.target.embedded)) {
        refuseUsed({...options, token: await tokenCalls(entity).get(token.id)}, runtime.now())
      }
      if (ended) await hintAtConflict(commandFor(entity, 'list'), tokenCalls(entity).delete(token.id, {unusedForMs}))
      else await writeRoles({entity, token}, withoutRole(token, entity))
      const {id, name} = token
      return {id, name, entityId: entity.id, deletedAt: toRfc3339(runtime.now()), ended}
    },
  }
}

/** A token that was never used counts as unused, however new it is. */
function refuseUsed({entity, token, unusedForMs}: DeleteOptions, now: number): void {
  if (unusedForMs === undefined || token.lastUsedAt === undefined) return
  const usedAt = Date.parse(token.lastUsedAt)
  if (isUnusedFor(usedAt, unusedForMs, now)) return
  throw new AppError('CHECK_FAILED', `API token ${token.name} (${token.id}) was used ${relativeTime(usedAt, now)}`, {
    hint: `Find out who uses it; see when each was used with: ${commandFor(entity, 'list --sort -last-used')}`,
  })
}
