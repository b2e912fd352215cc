import {AppError} from '../../errors/app-error.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import type {FieldChange} from '../tokens/change-plan.ts'
import type {TokenEntity} from './entity.ts'

/** What a change of an Astro token would do, for --dry-run. */
export interface ChangePlan {
  dryRun: true
  action: 'add' | 'delete' | 'remove' | 'rotate' | 'update'
  id: string
  name: string
  scope: string
  /** The deployment, workspace or organization that the command works on. */
  entityId: string
  /** Empty if everything is already as it should be. */
  changes: FieldChange[]
}

export function createPlan(
  action: ChangePlan['action'],
  {entity, token, changes}: {entity: TokenEntity; token: AstroTokenRecord; changes: FieldChange[]},
): ChangePlan {
  const {id, name, scope} = token
  return {dryRun: true, action, id, name, scope, entityId: entity.id, changes}
}

/** USAGE unless `allowed`: this token is what the command itself would sign in with. CONFIG if that cannot be judged. */
export function requireSelf({target}: TokenEntity, token: AstroTokenRecord, allowed: boolean): void {
  if (allowed || !target.isOwnToken(token.id)) return
  throw new AppError('USAGE', `API token ${token.id} is the one that you are signed in with (ASTRO_API_TOKEN)`, {
    hint: 'To end it all the same, add --self',
  })
}
