import * as Flags from '@oclif/core/flags'
import type {AlreadyGone} from '../operations/ignore-gone.ts'

/** For every command that deletes, drops, removes or revokes something. */
export const ignoreNotFoundFlag = Flags.boolean({
  description: 'Succeed if it is gone already; a place that does not exist is still an error',
})

export function isAlreadyGone(result: object): result is AlreadyGone {
  return 'gone' in result
}
