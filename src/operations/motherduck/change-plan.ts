import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import type {FieldChange} from '../tokens/change-plan.ts'

/** What --dry-run returns: nothing was changed. */
export interface TokenPlan {
  dryRun: true
  action: 'delete' | 'rotate'
  id: string
  name: string
  username: string
  changes: FieldChange[]
}

/** What `create` would do, for --dry-run. The new token has no id yet. */
export interface CreationPlan {
  dryRun: true
  action: 'create'
  name: string
  /** The user that the token would belong to. */
  username: string
  changes: FieldChange[]
}

export function createPlan(
  action: TokenPlan['action'],
  {id, name, username}: MotherDuckTokenRecord,
  changes: FieldChange[],
): TokenPlan {
  return {dryRun: true, action, id, name, username, changes}
}
