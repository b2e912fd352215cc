import {AppError} from '../../errors/app-error.ts'
import {DAY_MS} from '../../lib/duration.ts'
import {toRfc3339, toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import type {EmbeddedAstro} from '../../vendors/astro/embedded/embedded-api.ts'
import {hintAtConflict} from '../hint-at-conflict.ts'
import {wordHint} from '../word-hint.ts'
import {type ChangePlan, changesOf, planOf} from './change-plan.ts'
import type {Deliver} from './create-token.ts'
import {commandFor, ENTITY_WORDS, type TokenEntity} from './entity.ts'
import {ownerOf, type TokenResult, toTokenResult} from './token-result.ts'
import {explainUndelivered} from './undelivered.ts'

export interface RotateOptions {
  entity: TokenEntity
  token: AstroToken
  /** How long the old value works on, in milliseconds; only the embedded service can do that. */
  graceMs?: number | undefined
  /** End an older value that is still in grace, too, where the rotation would be refused. */
  endAllValues?: boolean | undefined
}

/** A rotation that is checked, and of which nothing is made yet. */
export interface PlannedRotation {
  plan: ChangePlan
  apply(deliver: Deliver): Promise<TokenResult>
}

/**
 * Give a token a new value. On the embedded service the new value is delivered first and the old one ends then: a failed delivery
 * leaves the old value as it was (UNDELIVERED), and so does a signal before it (CANCELLED, TERMINATED); a failed end after the
 * delivery is PARTIAL, with both valid. CONFLICT while an older value is in grace.
 */
export function planRotation(runtime: Runtime, options: RotateOptions): PlannedRotation {
  refuseForeign(options)
  refuseWithoutGrace(options)
  refuseInGrace(options, runtime.now())
  const {entity, token, graceMs} = options
  const {embedded} = entity.target
  const now = runtime.now()
  const expiresAt = token.expiryPeriodInDays === undefined ? null : now + token.expiryPeriodInDays * DAY_MS
  const endsAt = token.endAt === undefined ? null : Date.parse(token.endAt)
  const oldValueEnds = Math.min(now + (graceMs ?? 0), endsAt ?? Number.POSITIVE_INFINITY)
  // In our words, so that the same moment in the vendor's words is no change.
  const before = toRfc3339OrNull(endsAt)
  const changes = changesOf([
    {field: 'value', before: `…${token.shortToken}`, after: 'a new one'},
    {field: 'expiresAt', before, after: toRfc3339OrNull(expiresAt)},
    {field: 'oldValueEndsAt', before, after: toRfc3339(oldValueEnds)},
  ])
  return {
    plan: planOf('rotate', {entity, token, changes}),
    apply: (deliver) => (embedded ? rotateInSteps(embedded, options, deliver) : rotateAtOnce(options, deliver)),
  }
}

async function rotateInSteps(
  embedded: EmbeddedAstro,
  {entity, token, graceMs, endAllValues}: RotateOptions,
  deliver: Deliver,
): Promise<TokenResult> {
  const values = {...(graceMs === undefined ? {} : {graceMs}), ...(endAllValues ? {endAllValues} : {})}
  const begun = embedded.beginRotation(entity.target.organizationId, token.id, values)
  const hints = {
    'in-grace': `Rotate it again after that, or end all its secrets now: ${rotationOf(token, entity)} --end-all-values`,
  }
  const staged = await hintAtConflict(commandFor(entity, 'list'), wordHint(hints, begun))
  try {
    await deliver(staged.token.token, toTokenResult(staged.token, entity), {undoable: true})
  } catch (cause) {
    throw await undoUndelivered(staged, {entity, token}, cause)
  }
  try {
    return toTokenResult(await staged.finish(), entity)
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'CONFLICT') throw cause
    throw new AppError(
      'PARTIAL',
      `The new value of ${token.name} (${token.id}) is written out, but the old one still works`,
      {
        cause,
        hint: `End it by rotating again: ${rotationOf(token, entity)}`,
      },
    )
  }
}

/** Where the vendor ends the old value at once, nothing can be undone: the value is delivered even when a signal came. */
async function rotateAtOnce({entity, token}: RotateOptions, deliver: Deliver): Promise<TokenResult> {
  const minted = await entity.target.api.rotateToken(entity.target.organizationId, token.id)
  const result = toTokenResult(minted, entity)
  try {
    await deliver(minted.token, result)
  } catch (cause) {
    throw new AppError('UNDELIVERED', `The new value of ${token.id} ${explainUndelivered(cause).why}`, {
      cause,
      hint: `The old value has ended; rotate again: ${rotationOf(token, entity)}`,
    })
  }
  return result
}

async function undoUndelivered(
  staged: {undo(): Promise<void>},
  {entity, token}: Pick<RotateOptions, 'entity' | 'token'>,
  cause: unknown,
): Promise<AppError> {
  const {why: reason, code, details} = explainUndelivered(cause)
  const why = `The new value of ${token.name} (${token.id}) ${reason}`
  try {
    await staged.undo()
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended, and the old value is still valid`, {
      cause: err,
      hint: `End it by rotating again: ${rotationOf(token, entity)}`,
    })
  }
  return new AppError(code, `${why}; the old value is still valid`, {cause, ...details})
}

function refuseForeign({entity, token}: RotateOptions): void {
  if (token.scope === entity.scope) return
  const {noun} = ENTITY_WORDS[entity.scope]
  const owner = {target: entity.target, ...ownerOf(token)}
  throw new AppError('USAGE', `API token ${token.id} belongs to another scope (${token.scope})`, {
    hint: `Rotate it where it belongs: ${rotationOf(token, owner)}; a ${noun} can only take away its role here`,
  })
}

/** USAGE where the vendor ends the old value at once, whatever is asked for. */
function refuseWithoutGrace({entity, graceMs, endAllValues}: RotateOptions): void {
  const {embedded, context} = entity.target
  if (embedded || (graceMs === undefined && !endAllValues)) return
  throw new AppError('USAGE', `The context ${context} ends the old value at once; it knows no grace`, {
    hint: 'Leave --grace and --end-all-values out',
  })
}

/** The embedded service refuses it too; here it is said before a person is asked anything. */
function refuseInGrace({entity, token, endAllValues}: RotateOptions, now: number): void {
  if (endAllValues || token.graceUntil === undefined || Date.parse(token.graceUntil) <= now) return
  throw new AppError('CONFLICT', `An older value of API token ${token.id} is in grace until ${token.graceUntil}`, {
    hint: `Rotate it again after that, or end all its values at once: ${rotationOf(token, entity)} --end-all-values`,
  })
}

function rotationOf(token: AstroToken, entity: Parameters<typeof commandFor>[0]): string {
  return commandFor(entity, `rotate ${token.id} --force`)
}
