import {AppError} from '../../errors/app-error.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import type {FieldChange} from '../tokens/change-plan.ts'
import type {TokenEntity} from './entity.ts'

/** What a change of an Astro token would do, for --dry-run. The command writes nothing. */
export interface ChangePlan {
  dryRun: true
  action: 'add' | 'delete' | 'remove' | 'rotate' | 'update'
  id: string
  name: string
  scope: string
  /** The deployment, workspace or organization that the command works on. */
  entityId: string
  /** Empty if nothing has to change. */
  changes: FieldChange[]
}

/** What `create` would do, for --dry-run. The new token has no id yet. */
export interface CreationPlan {
  dryRun: true
  action: 'create'
  name: string
  scope: TokenScope
  /** The deployment, workspace or organization that the token would belong to. */
  entityId: string
  entityName: string
  changes: FieldChange[]
}

export function createPlan(
  action: ChangePlan['action'],
  {entity, token, changes}: {entity: TokenEntity; token: AstroTokenRecord; changes: FieldChange[]},
): ChangePlan {
  const {id, name, scope} = token
  return {dryRun: true, action, id, name, scope, entityId: entity.id, changes}
}

/**
 * Throw USAGE if commands sign in with this token, unless `allowed`. CONFIG if it is unclear
 * whether they do.
 */
export function requireSelf({target}: TokenEntity, token: AstroTokenRecord, allowed: boolean): void {
  if (allowed || !target.isOwnToken(token.id)) return
  throw new AppError('USAGE', `API token ${token.id} is the one that you are signed in with (ASTRO_API_TOKEN)`, {
    hint: 'To end it anyway, add --self',
  })
}

/** Return whether commands sign in with this token; false if that is unclear. */
export function isKnownAsOwn({target}: TokenEntity, {id}: AstroTokenRecord): boolean {
  try {
    return target.isOwnToken(id)
  } catch (err) {
    if (err instanceof AppError) return false
    throw err
  }
}
