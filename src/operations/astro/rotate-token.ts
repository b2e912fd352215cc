import {AppError} from '../../errors/app-error.ts'
import {toRfc3339, toRfc3339OrNull} from '../../lib/rfc3339.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type AstroTokenRecord, findOwner} from '../../vendors/astro/token-port.ts'
import type {ReplaceOptions} from '../../vendors/token-port.ts'
import {findChanges} from '../tokens/change-plan.ts'
import type {Deliver} from '../tokens/deliver.ts'
import {refuseWithoutGrace, replaceToken} from '../tokens/replace-token.ts'
import {type ChangePlan, createPlan} from './change-plan.ts'
import type {TokenEntity} from './entity.ts'
import {commandFor, ENTITY_WORDS} from './entity-words.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {warnOfKeptEnd} from './warn-of-end.ts'

export interface RotateOptions extends ReplaceOptions {
  entity: TokenEntity
  token: AstroTokenRecord
}

/** A rotation that was checked, but not started. */
export interface PlannedRotation {
  plan: ChangePlan
  apply(deliver: Deliver<TokenResult>): Promise<TokenResult>
}

/** Plan a new secret for a token; see `replaceToken`. CONFLICT while an older one is in grace. */
export function planRotation(runtime: Runtime, options: RotateOptions): PlannedRotation {
  const {entity, token, graceMs, endAllValues} = options
  refuseForeign(options)
  refuseWithoutGrace(entity, options)
  const now = runtime.now()
  refuseInGrace(options, now)
  const endsAt = token.expiresAt === null ? null : Date.parse(token.expiresAt)
  const oldValueEnds = Math.min(now + (graceMs ?? 0), endsAt ?? Number.POSITIVE_INFINITY)
  // In our format, so that the same time in the vendor's format is not a change.
  const before = toRfc3339OrNull(endsAt)
  const changes = findChanges([
    {field: 'value', before: `…${token.fragment}`, after: 'a new one'},
    {field: 'expiresAt', before, after: toRfc3339OrNull(token.lifetimeMs === null ? null : now + token.lifetimeMs)},
    {field: 'oldValueEndsAt', before, after: toRfc3339(oldValueEnds)},
  ])
  const toResult = (rotated: AstroTokenRecord) => toTokenResult(rotated, entity)
  return {
    plan: createPlan('rotate', {entity, token, changes}),
    apply: (deliver) =>
      replaceToken(entity, {
        token,
        graceMs,
        endAllValues,
        toResult,
        async deliver(secret, result, delivery) {
          await warnOfKeptEnd(token, result, entity.target.warn ?? ignore)
          await deliver(secret, result, delivery)
        },
      }),
  }
}

async function ignore(): Promise<void> {}

function refuseForeign({entity, token}: RotateOptions): void {
  if (token.scope === entity.scope) return
  const {noun} = ENTITY_WORDS[entity.scope]
  const rotation = commandFor({target: entity.target, ...findOwner(token)}, `rotate ${shellPath(token.id)} --force`)
  throw new AppError('USAGE', `API token ${token.id} belongs to another scope (${token.scope})`, {
    hint: `Rotate it in its own scope: ${rotation}; a ${noun} can only remove its role here`,
  })
}

/**
 * Throw CONFLICT while an older secret is in grace. The service also refuses, but only after
 * questions.
 */
function refuseInGrace({entity, token, endAllValues}: RotateOptions, now: number): void {
  const {id, graceUntil} = token
  if (endAllValues || !graceUntil || Date.parse(graceUntil) <= now) return
  const rotation = entity.words.command(`rotate ${shellPath(id)} --force`)
  throw new AppError('CONFLICT', `An older secret of API token ${id} is in grace until ${graceUntil}`, {
    hint: `Rotate it again after that, or end every older secret now: ${rotation} --end-all-values`,
  })
}
