import {AppError} from '../../errors/app-error.ts'
import {toRfc3339, toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import type {ReplaceOptions} from '../../vendors/token-port.ts'
import {findChanges} from '../tokens/change-plan.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {refuseWithoutGrace, replaceToken} from '../tokens/replace-token.ts'
import {formatKey} from '../tokens/token-access.ts'
import {createPlan, type TokenPlan} from './change-plan.ts'
import {mintWithTimes, readTimes, type TimesRead, type TokenTimes} from './token-times.ts'
import type {DeltaStreamTokens} from './tokens.ts'

/** A token with a new secret. The times are absent if the list of tokens could not be read. */
export interface RenewedToken extends TokenTimes {
  name: string
}

export interface RenewOptions extends ReplaceOptions {
  tokens: DeltaStreamTokens
  token: DeltaStreamTokenRecord
  times: TimesRead
  warn: Warn
}

/** A renewal that was checked, but not started. */
export interface PlannedRenewal {
  plan: TokenPlan
  apply(deliver: Deliver<RenewedToken>): Promise<RenewedToken>
}

/** Plan a new secret for a token; see `replaceToken`. CONFLICT while an older one is in grace. */
export function planRenewal(runtime: Runtime, options: RenewOptions): PlannedRenewal {
  const {tokens, token, graceMs, endAllValues, times, warn} = options
  refuseWithoutGrace(tokens, options)
  const now = runtime.now()
  refuseInGrace(options, now)
  return {
    plan: createPlan('renew', token, planChanges(options, now)),
    apply: (deliver) =>
      mintWithTimes<RenewedToken>({
        tokens,
        times,
        mint: (deliverThis) =>
          replaceToken(tokens, {
            token,
            graceMs,
            endAllValues,
            toResult: (renewed) => ({name: renewed.name, ...readTimes(renewed)}),
            deliver: deliverThis,
          }),
        deliver,
        warn,
      }),
  }
}

/** The period starts again. Its length is not reported: it is that of the old secret. */
function planChanges({token, graceMs}: RenewOptions, now: number) {
  const {createdAt, expiresAt, fragment} = token
  const startedAt = createdAt === undefined ? null : Date.parse(createdAt)
  const endsAt = expiresAt ? Date.parse(expiresAt) : null
  const before = toRfc3339OrNull(endsAt)
  const after = startedAt === null || endsAt === null ? null : now + (endsAt - startedAt)
  const oldEndsAt = Math.min(now + (graceMs ?? 0), endsAt ?? Number.POSITIVE_INFINITY)
  return findChanges([
    {field: 'value', before: fragment === undefined ? 'the old one' : `…${fragment}`, after: 'a new one'},
    {field: 'expiresAt', before, after: toRfc3339OrNull(after)},
    {field: 'oldValueEndsAt', before, after: toRfc3339(oldEndsAt)},
  ])
}

/** Throw CONFLICT while an older secret is in grace, before questions are asked. */
function refuseInGrace({tokens: {words}, token, endAllValues}: RenewOptions, now: number): void {
  const {name, graceUntil} = token
  if (endAllValues || !graceUntil || Date.parse(graceUntil) <= now) return
  const renewal = words.command(`renew ${formatKey(token)} --force`)
  throw new AppError('CONFLICT', `An older secret of API token ${name} is in grace until ${graceUntil}`, {
    hint: `Renew it again after that, or end every older secret now: ${renewal} --end-all-values`,
  })
}
