import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import type {FieldChange} from '../tokens/change-plan.ts'

/** What --dry-run returns: nothing was changed. */
export interface TokenPlan {
  dryRun: true
  action: 'drop' | 'renew'
  name: string
  changes: FieldChange[]
}

/** What `create` would do, for --dry-run. */
export interface CreationPlan {
  dryRun: true
  action: 'create'
  name: string
  /** For a person: `the context embedded`, `DeltaStream (api.deltastream.io)`. */
  where: string
  changes: FieldChange[]
}

export function createPlan(
  action: TokenPlan['action'],
  {name}: Pick<DeltaStreamTokenRecord, 'name'>,
  changes: FieldChange[],
): TokenPlan {
  return {dryRun: true, action, name, changes}
}
