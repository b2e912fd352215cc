import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {endedValue, isInGrace} from './end-value.ts'
import {type ChangeGuard, findTokenToRotate, type TokenReference} from './find.ts'
import {type MintedValue, mintValue, pickShown} from './mint.ts'
import type {TokenPolicy} from './policy.ts'
import {checkRotationOptions, overtaken, type RotationOptions, refuseInGrace} from './rotation-options.ts'
import {changedBy, writeToken} from './update.ts'

export type {RotationOptions} from './rotation-options.ts'

/**
 * A rotation in two steps, so that nothing is lost if the new secret cannot be written out: the new secret works from the
 * start, and the old one works until `finish`.
 */
export interface StagedRotation {
  secret: string
  /** The token as it will be once the rotation is finished. */
  token: TokenView
  /**
   * Put the new secret in force; the one before it ends or goes into grace, every other one ends. CONFLICT if another rotation
   * or a delete came first.
   */
  finish(): Promise<TokenView>
  /** End the new secret; the old ones stay as they are. */
  undo(): Promise<void>
}

interface Rotation {
  /** As it was before. */
  token: TokenView
  minted: MintedValue
  options: RotationOptions
}

/**
 * Mint the new secret. Secrets that an earlier, cut off rotation left behind end when this one is finished.
 *
 * CONFLICT while an older secret is in grace, unless `endAllValues` is given: so there is never more than one, and no one's grace
 * is cut short unasked. It needs no second look at the end, because finishing any rotation ends the new secrets of all others: as
 * long as this one can be finished, no grace has begun since. A grace that has passed is closed here, for good: were it left to
 * the end, a clock that is set back meanwhile could bring it to life again.
 */
export async function beginRotation(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard & RotationOptions,
): Promise<StagedRotation> {
  checkRotationOptions(reference)
  const {graceMs, endAllValues} = reference
  const options = {graceMs, endAllValues}
  const {rotation, current} = await context.store.transaction(async (session) => {
    const {token, values} = await findTokenToRotate(session, policy, reference)
    const now = context.now()
    if (!endAllValues) refuseInGrace(token, values, now)
    await closePassedGrace(session, values, now)
    const minted = await mintValue(context, session, policy, {token, roles: token.roles, state: 'pending'})
    await session.insertValue(minted.row)
    const staged = {token, minted, options}
    await recordRotation(context, session, actor, {...staged, action: 'token.rotate.begin'})
    return {rotation: staged, current: values.find(({state}) => state === 'current')}
  })
  return {
    secret: rotation.minted.secret,
    token: withNewValue(rotation, current, context.now()),
    finish: () => finishRotation(context, actor, rotation),
    undo: () => undoRotation(context, actor, rotation),
  }
}

/**
 * Give a token a new secret and end every older one, in one step: for a caller whose delivery no one reports. CONFLICT while an
 * older secret is in grace.
 */
export async function rotateAtOnce(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard,
): Promise<{secret: string; token: TokenView}> {
  return context.store.transaction(async (session) => {
    const {token, values} = await findTokenToRotate(session, policy, reference)
    const now = context.now()
    refuseInGrace(token, values, now)
    const minted = await mintValue(context, session, policy, {token, roles: token.roles, state: 'current'})
    await replaceValues(session, values, {now})
    await session.insertValue(minted.row)
    const rotation = {token, minted, options: {}}
    const rotated = await noteRotation(context, session, actor, rotation)
    return {secret: minted.secret, token: {...rotated, pendingSince: null, graceUntil: null}}
  })
}

async function finishRotation(context: ServiceContext, actor: Actor, rotation: Rotation): Promise<TokenView> {
  const {organizationId, vendor, id} = rotation.token
  return context.store.transaction(async (session) => {
    const found = await session.findTokenWithLiveValues(organizationId, vendor, id)
    const staged = found?.values.find((value) => isStaged(value, rotation))
    if (!found || !staged) throw overtaken(rotation.token)
    const older = found.values.filter((value) => value !== staged)
    const graceUntil = await replaceValues(session, older, {...rotation.options, now: context.now()})
    await session.updateValue({...staged, state: 'current'})
    const rotated = await noteRotation(context, session, actor, {...rotation, token: found.token})
    return {...rotated, pendingSince: null, graceUntil}
  })
}

async function undoRotation(context: ServiceContext, actor: Actor, rotation: Rotation): Promise<void> {
  const {organizationId, vendor, id} = rotation.token
  await context.store.transaction(async (session) => {
    const found = await session.findTokenWithLiveValues(organizationId, vendor, id)
    const staged = found?.values.find((value) => isStaged(value, rotation))
    if (!staged) return
    await session.updateValue(endedValue(staged, 'undelivered', context.now()))
    await recordRotation(context, session, actor, {...rotation, action: 'token.rotate.undo'})
  })
}

/** Whether it is the secret of this rotation, which no other one has put in force or ended since. */
function isStaged(value: TokenValueRow, {minted}: Rotation): boolean {
  return value.sha256 === minted.row.sha256 && value.state === 'pending'
}

/** Write the token with its new secret in force, and the change. */
async function noteRotation(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  rotation: Rotation,
): Promise<TokenView> {
  const {token, minted} = rotation
  const rotated = {...changedBy(context, actor, token), ...pickShown(minted.row), lastRotatedAt: context.now()}
  await writeToken(session, rotated)
  await recordRotation(context, session, actor, {...rotation, action: 'token.rotate'})
  return {...token, ...rotated}
}

async function closePassedGrace(session: StoreSession, values: TokenValueRow[], now: number): Promise<void> {
  for (const value of values) {
    if (value.state === 'grace' && !isInGrace(value, now)) await session.updateValue(endedValue(value, 'rotated', now))
  }
}

/** End every older secret, but for one that gets a grace. Returns the end of that grace, null without one. */
async function replaceValues(
  session: StoreSession,
  older: TokenValueRow[],
  {now, ...options}: RotationOptions & {now: number},
): Promise<number | null> {
  let graceUntil: number | null = null
  for (const value of older) {
    const replaced = replacedValue(value, options, now)
    await session.updateValue(replaced)
    if (replaced.state === 'grace') graceUntil = replaced.graceUntil
  }
  return graceUntil
}

/** What an older secret becomes when the new one is put in force. */
function replacedValue(value: TokenValueRow, options: RotationOptions, now: number): TokenValueRow {
  if (value.state === 'pending') return endedValue(value, 'superseded', now)
  const graceUntil = readGraceEnd(value, options, now)
  return graceUntil === null ? endedValue(value, 'rotated', now) : {...value, state: 'grace', graceUntil}
}

/** Until when a secret that is replaced now still works; null when it ends at once. A grace never lengthens a life. */
function readGraceEnd(value: TokenValueRow | undefined, {graceMs}: RotationOptions, now: number): number | null {
  if (graceMs === undefined || value?.state !== 'current') return null
  const until = Math.min(now + graceMs, value.validUntil ?? Number.POSITIVE_INFINITY)
  return until > now ? until : null
}

function withNewValue({token, minted, options}: Rotation, current: TokenValueRow | undefined, now: number): TokenView {
  const graceUntil = readGraceEnd(current, options, now)
  return {...token, ...pickShown(minted.row), lastRotatedAt: now, pendingSince: null, graceUntil}
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
