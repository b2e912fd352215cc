import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenRow, TokenValueRow, TokenView} from '../store/store.ts'
import {endedValue, isInGrace} from './end-value.ts'
import {type ChangeGuard, findTokenToRotate, type TokenReference} from './find.ts'
import {type MintedValue, mintValue, pickShown} from './mint.ts'
import type {TokenPolicy} from './policy.ts'
import {checkRotationOptions, overtaken, type RotationOptions, refuseInGrace} from './rotation-options.ts'
import {changedBy, writeToken} from './update.ts'

export type {RotationOptions} from './rotation-options.ts'

/**
 * A rotation in two steps, so that the token is not lost if the new secret cannot be written out.
 * The new secret is valid from the start, and the old one until `finish`.
 */
export interface StagedRotation {
  secret: string
  /** The token as it will be after `finish`. */
  token: TokenView
  /**
   * Put the new secret in force. The previous one ends or gets a grace, and all others end. Throw
   * CONFLICT if another rotation or a delete came first.
   */
  finish(): Promise<TokenView>
  /** End the new secret and keep the old ones as they are. */
  undo(): Promise<void>
}

interface Rotation {
  /** The token before the rotation. */
  token: TokenView
  minted: MintedValue
  options: RotationOptions
}

/**
 * Mint the new secret. `finish` ends secrets that an earlier, interrupted rotation left behind.
 *
 * While an older secret is in grace, throw CONFLICT, unless `endAllValues` is set. So at most one
 * secret is in grace, and a grace is not shortened by accident. `finish` need not check this again:
 * finishing any rotation ends the new secrets of all others, so no grace can have begun since.
 *
 * If a grace has passed, its secret is ended here permanently. Otherwise a clock that is set back
 * before `finish` could make it valid again.
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
    token: withNewValue(rotation, current, changedBy(context, actor, rotation.token)),
    finish: () => finishRotation(context, actor, rotation),
    undo: () => undoRotation(context, actor, rotation),
  }
}

/**
 * Replace the secret of a token and end every older one in one step. For a caller that cannot
 * report whether the secret was delivered. Throw CONFLICT while an older secret is in grace, unless
 * `endAllValues` is set.
 */
export async function rotateInOneStep(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard & Pick<RotationOptions, 'endAllValues'>,
): Promise<{secret: string; token: TokenView}> {
  return context.store.transaction(async (session) => {
    const {token, values} = await findTokenToRotate(session, policy, reference)
    const now = context.now()
    if (!reference.endAllValues) refuseInGrace(token, values, now)
    const minted = await mintValue(context, session, policy, {token, roles: token.roles, state: 'current'})
    await replaceValues(session, values, {now})
    await session.insertValue(minted.row)
    const rotation = {token, minted, options: {endAllValues: reference.endAllValues}}
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

/** Return whether this is the new secret of this rotation, neither put in force nor ended since. */
function isStaged(value: TokenValueRow, {minted}: Rotation): boolean {
  return value.sha256 === minted.row.sha256 && value.state === 'pending'
}

/** Write the token with its new secret in force, and record the rotation. */
async function noteRotation(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  rotation: Rotation,
): Promise<TokenView> {
  const {token, minted} = rotation
  const rotated = {...changedBy(context, actor, token), ...pickShown(minted.row), lastRotatedAt: context.now()}
  await writeToken(session, token, rotated)
  await recordRotation(context, session, actor, {...rotation, action: 'token.rotate'})
  return {...token, ...rotated}
}

async function closePassedGrace(session: StoreSession, values: TokenValueRow[], now: number): Promise<void> {
  for (const value of values) {
    if (value.state === 'grace' && !isInGrace(value, now)) await session.updateValue(endedValue(value, 'rotated', now))
  }
}

/** End every older secret, except one that gets a grace. Return the end of that grace, or null. */
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

/** Return an older secret as it is after the new one is in force. */
function replacedValue(value: TokenValueRow, options: RotationOptions, now: number): TokenValueRow {
  if (value.state === 'pending') return endedValue(value, 'superseded', now)
  const graceUntil = readGraceEnd(value, options, now)
  return graceUntil === null ? endedValue(value, 'rotated', now) : {...value, state: 'grace', graceUntil}
}

/**
 * Return when a secret that is replaced now ends after a grace; null if it ends immediately. A
 * grace never extends the lifetime.
 */
function readGraceEnd(value: TokenValueRow | undefined, {graceMs}: RotationOptions, now: number): number | null {
  if (graceMs === undefined || value?.state !== 'current') return null
  const until = Math.min(now + graceMs, value.validUntil ?? Number.POSITIVE_INFINITY)
  return until > now ? until : null
}

/**
 * Return the token as it is after the rotation. `changed`: its row with author and time of that.
 */
function withNewValue(
  {token, minted, options}: Rotation,
  current: TokenValueRow | undefined,
  changed: TokenRow,
): TokenView {
  const now = changed.updatedAt
  const graceUntil = readGraceEnd(current, options, now)
  return {...token, ...changed, ...pickShown(minted.row), lastRotatedAt: now, pendingSince: null, graceUntil}
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
