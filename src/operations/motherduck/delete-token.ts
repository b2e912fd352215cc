import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import type {PlannedChange} from '../tokens/change-plan.ts'
import type {Warn} from '../tokens/deliver.ts'
import {endToken, refuseUsed} from '../tokens/end-token.ts'
import {createPlan, type TokenPlan} from './change-plan.ts'
import {findToken} from './find-token.ts'
import type {TokenUser} from './user.ts'

export interface DeletedToken {
  id: string
  name: string
  username: string
  deletedAt: string
}

export interface DeleteOptions {
  user: TokenUser
  token: MotherDuckTokenRecord
  /** Allow the token that commands sign in with. */
  self: boolean
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
  warn: Warn
}

/** Plan the deletion of a token. USAGE without `self` for the token that commands sign in with. */
export function planDelete(runtime: Runtime, options: DeleteOptions): PlannedChange<TokenPlan, DeletedToken> {
  const {user, token, self, unusedForMs, warn} = options
  const {id, name, username, fragment} = token
  if (!self && user.service.isOwnToken(id)) {
    throw new AppError('USAGE', `${name} (${id}) is the token that you are signed in with`, {
      hint: 'Add --self to delete it anyway',
    })
  }
  const {now} = runtime
  if (unusedForMs !== undefined) refuseUsed(user.words, token, {unusedForMs, now: now()})
  const before = fragment === undefined ? 'works' : `…${fragment}`
  return {
    plan: createPlan('delete', token, [{field: 'token', before, after: null}]),
    async apply() {
      await endToken(user, {token, unusedForMs, readAgain: () => findToken({user, idOrName: id}), now, warn})
      return {id, name, username, deletedAt: toRfc3339(now())}
    },
  }
}
