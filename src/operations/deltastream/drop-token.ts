import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import type {PlannedChange} from '../tokens/change-plan.ts'
import type {Warn} from '../tokens/deliver.ts'
import {endToken, refuseUsed} from '../tokens/end-token.ts'
import {createPlan, type TokenPlan} from './change-plan.ts'
import {findToken} from './find-token.ts'
import type {DeltaStreamTokens} from './tokens.ts'

export interface DroppedToken {
  name: string
  deletedAt: string
}

export interface DropOptions {
  tokens: DeltaStreamTokens
  token: DeltaStreamTokenRecord
  /** Allow the token that commands sign in with. */
  self: boolean
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
  warn: Warn
}

/** Plan the end of a token. USAGE without `self` for the token that commands sign in with. */
export function planDrop(runtime: Runtime, options: DropOptions): PlannedChange<TokenPlan, DroppedToken> {
  const {tokens, token, self, unusedForMs, warn} = options
  const {name, fragment} = token
  if (!self && tokens.service.isOwnToken(name)) {
    throw new AppError('USAGE', `${name} is the token that you are signed in with`, {
      hint: 'Add --self to drop it anyway',
    })
  }
  const {now} = runtime
  if (unusedForMs !== undefined) refuseUsed(tokens.words, token, {unusedForMs, now: now()})
  const before = fragment === undefined ? 'works' : `…${fragment}`
  return {
    plan: createPlan('drop', token, [{field: 'token', before, after: null}]),
    async apply() {
      await endToken(tokens, {token, unusedForMs, readAgain: () => findToken({tokens, name}), now, warn})
      return {name, deletedAt: toRfc3339(now())}
    },
  }
}
