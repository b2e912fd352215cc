import {AppError} from '../../errors/app-error.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import type {TokenEntity} from './entity.ts'

export interface FieldChange {
  field: string
  /** Null: nothing was there. */
  before: string | null
  /** Null: nothing will be there. */
  after: string | null
}

/** What a change would do, for --dry-run. */
export interface ChangePlan {
  dryRun: true
  action: 'add' | 'delete' | 'remove' | 'rotate' | 'update'
  id: string
  name: string
  scope: string
  /** The deployment, workspace or organization that the command works on. */
  entityId: string
  /** Empty when everything is already as it should be. */
  changes: FieldChange[]
}

/** A change that has been read up, worked out and checked, and of which nothing is written yet. */
export interface PlannedChange<Result> {
  plan: ChangePlan
  apply(): Promise<Result>
}

export function planOf(
  action: ChangePlan['action'],
  {entity, token, changes}: {entity: TokenEntity; token: AstroToken; changes: FieldChange[]},
): ChangePlan {
  const {id, name, scope} = token
  return {dryRun: true, action, id, name, scope, entityId: entity.id, changes}
}

/** Only what differs. */
export function changesOf(fields: FieldChange[]): FieldChange[] {
  return fields.filter(({before, after}) => before !== after)
}

/** USAGE unless `allowed`: this token is what the command itself would sign in with. CONFIG if that cannot be judged. */
export function requireSelf({target}: TokenEntity, token: AstroToken, allowed: boolean): void {
  if (allowed || !target.isOwnToken(token.id)) return
  throw new AppError('USAGE', `API token ${token.id} is the one that you are signed in with (ASTRO_API_TOKEN)`, {
    hint: 'To end it all the same, add --self',
  })
}
