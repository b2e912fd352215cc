import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {endedValue, isInGrace} from './end-value.ts'
import {type ChangeGuard, findLiveToken, findTokenToChange, type TokenReference} from './find.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from './grace.ts'
import {type MintedValue, mintValue} from './mint.ts'
import type {TokenPolicy} from './policy.ts'
import {changedBy, writeToken} from './update.ts'

/** What becomes of the older values once the new one is in force. They end at once, unless `graceMs` says otherwise. */
export interface RotationOptions {
  /** The value that was current works this long after `finish`, but not longer than it would have: 1 to `GRACE_MAX_MS`. */
  graceMs?: number | undefined
  /** Rotate even while an older value is in grace, and end that one too. Excludes `graceMs`. */
  endAllValues?: boolean | undefined
}

/**
 * A rotation in two steps, so that nothing is lost when the new value cannot be written out: the new value works from the
 * start, and the old one works until `finish`.
 */
export interface StagedRotation {
  secret: string
  /** The token as it will be once the rotation is finished. */
  token: TokenView
  /**
   * Put the new value in force; the one before it ends or goes into grace, every other one ends. CONFLICT when another rotation
   * or a delete came first.
   */
  finish(): Promise<TokenView>
  /** End the new value; the old ones stay as they are. */
  undo(): Promise<void>
}

interface Rotation {
  /** As it was before. */
  token: TokenView
  minted: MintedValue
  options: RotationOptions
}

/**
 * Mint the new value. Values that an earlier, cut off rotation left behind end when this one is finished.
 *
 * CONFLICT while an older value is in grace, unless `endAllValues` is given: so there is never more than one, and nobody's grace
 * is cut short unasked. It needs no second look at the end, because finishing any rotation ends the new values of all others: as
 * long as this one can be finished, no grace has begun since. A grace that has passed is closed here, for good: were it left to
 * the end, a clock that is set back meanwhile could bring it to life again.
 */
export async function beginRotation(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard & RotationOptions,
): Promise<StagedRotation> {
  checkOptions(reference)
  const {graceMs, endAllValues} = reference
  const options = {graceMs, endAllValues}
  const {rotation, current} = await context.store.transaction(async (session) => {
    const token = await findTokenToChange(session, policy, reference)
    const values = await session.listValues(token.organizationId, token.id)
    const now = context.now()
    if (!endAllValues) refuseInGrace(token, values, now)
    await closePassedGrace(session, values, now)
    const minted = await mintValue(context, session, policy, {token, roles: token.roles, state: 'pending'})
    const staged = {token, minted, options}
    await recordRotation(context, session, actor, {...staged, action: 'token.rotate.begin'})
    return {rotation: staged, current: values.find(({state}) => state === 'current')}
  })
  return {
    secret: rotation.minted.secret,
    token: withNewValue(rotation, current, context.now()),
    finish: () => finishRotation(context, policy, actor, rotation),
    undo: () => undoRotation(context, actor, rotation),
  }
}

async function finishRotation(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  rotation: Rotation,
): Promise<TokenView> {
  const {organizationId, id: tokenId} = rotation.token
  return context.store.transaction(async (session) => {
    const staged = await session.findValue(organizationId, rotation.minted.row.sha256)
    if (staged?.state !== 'pending') throw overtaken(rotation.token)
    const before = await findLiveToken(session, policy, {organizationId, tokenId})
    const now = context.now()
    for (const value of await session.listValues(organizationId, tokenId)) {
      if (value.state === 'ended' || value.sha256 === staged.sha256) continue
      await session.updateValue(replacedValue(value, rotation.options, now))
    }
    await session.updateValue({...staged, state: 'current'})
    await writeToken(session, {...changedBy(context, actor, before), lastRotatedAt: now})
    await recordRotation(context, session, actor, {...rotation, action: 'token.rotate'})
    return findLiveToken(session, policy, {organizationId, tokenId})
  })
}

async function undoRotation(context: ServiceContext, actor: Actor, rotation: Rotation): Promise<void> {
  const {token, minted} = rotation
  await context.store.transaction(async (session) => {
    const staged = await session.findValue(token.organizationId, minted.row.sha256)
    if (staged?.state !== 'pending') return
    await session.updateValue(endedValue(staged, 'undelivered', context.now()))
    await recordRotation(context, session, actor, {...rotation, action: 'token.rotate.undo'})
  })
}

/** INVALID for what is no grace. A number that compares with nothing, such as NaN, must not pass for one without end. */
function checkOptions({graceMs, endAllValues}: RotationOptions): void {
  if (graceMs === undefined) return
  if (!Number.isSafeInteger(graceMs) || graceMs < 1 || graceMs > GRACE_MAX_MS) {
    throw new AppError('INVALID', `The grace of an old value is 1 millisecond to ${GRACE_DAYS_MAX} days`, {
      hint: 'Choose a shorter grace, or leave it out to end the old value at once',
    })
  }
  if (endAllValues) {
    throw new AppError('INVALID', 'A grace for the old value and the end of all values exclude each other', {
      hint: 'Leave one of them out',
    })
  }
}

function overtaken(token: TokenView): AppError {
  return new AppError(
    'CONFLICT',
    `The new value of API token ${token.id} was ended by another rotation or by a delete`,
    {
      hint: 'Throw the value away, then run the same command again',
    },
  )
}

function refuseInGrace(token: TokenView, values: TokenValueRow[], now: number): void {
  const inGrace = values.find((value) => isInGrace(value, now))
  if (!inGrace) return
  const until = toRfc3339(inGrace.graceUntil)
  throw new AppError('CONFLICT', `An older value of API token ${token.id} is in grace until ${until}`, {
    hint: 'Rotate it again after that, or end every older value now with --end-all-values',
  })
}

async function closePassedGrace(session: StoreSession, values: TokenValueRow[], now: number): Promise<void> {
  for (const value of values) {
    if (value.state === 'grace' && !isInGrace(value, now)) await session.updateValue(endedValue(value, 'rotated', now))
  }
}

/** What an older value becomes when the new one is put in force. */
function replacedValue(value: TokenValueRow, options: RotationOptions, now: number): TokenValueRow {
  if (value.state === 'pending') return endedValue(value, 'superseded', now)
  const graceUntil = graceOf(value, options, now)
  return graceUntil === null ? endedValue(value, 'rotated', now) : {...value, state: 'grace', graceUntil}
}

/** Until when a value that is replaced now still works; null when it ends at once. A grace never lengthens a life. */
function graceOf(value: TokenValueRow | undefined, {graceMs}: RotationOptions, now: number): number | null {
  if (graceMs === undefined || value?.state !== 'current') return null
  const until = Math.min(now + graceMs, value.validUntil ?? Number.POSITIVE_INFINITY)
  return until > now ? until : null
}

function withNewValue({token, minted, options}: Rotation, current: TokenValueRow | undefined, now: number): TokenView {
  const {fragment, validFrom, validUntil} = minted.row
  const graceUntil = graceOf(current, options, now)
  return {...token, fragment, validFrom, validUntil, lastRotatedAt: now, pendingSince: null, graceUntil}
}

async function recordRotation(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  {token, minted, options, action}: Rotation & {action: string},
): Promise<void> {
  await recordChange(context, session, actor, {
    organizationId: token.organizationId,
    action,
    targetType: 'token',
    targetId: token.id,
    detail: {fragment: minted.row.fragment, ...options},
  })
}
