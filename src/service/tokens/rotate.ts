import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {type ChangeGuard, findLiveToken, findTokenToChange, type TokenReference} from './find.ts'
import {type MintedValue, mintValue} from './mint.ts'
import type {TokenPolicy} from './policy.ts'
import {endedValue} from './revoke.ts'
import {changedBy, writeToken} from './update.ts'

/**
 * A rotation in two steps, so that nothing is lost when the new value cannot be written out: the new value works from the
 * start, and the old one works until `finish`.
 */
export interface StagedRotation {
  secret: string
  /** The token as it will be once the rotation is finished. */
  token: TokenView
  /** Put the new value in force and end every other one. CONFLICT when another rotation or a delete came first. */
  finish(): Promise<TokenView>
  /** End the new value; the old one stays. */
  undo(): Promise<void>
}

/** Mint the new value. Values that an earlier, cut off rotation left behind end when this one is finished. */
export async function beginRotation(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard,
): Promise<StagedRotation> {
  const {token, minted} = await context.store.transaction(async (session) => {
    const before = await findTokenToChange(session, policy, reference)
    refuseInGrace(context, before, await session.listValues(before.organizationId, before.id))
    const subject = {token: before, roles: before.roles, state: 'pending' as const}
    const staged = await mintValue(context, session, policy, subject)
    await recordRotation(context, session, actor, before, 'token.rotate.begin', staged)
    return {token: before, minted: staged}
  })
  return {
    secret: minted.secret,
    token: withNewValue(token, minted, context.now()),
    finish: () => finishRotation(context, policy, actor, token, minted),
    undo: () => undoRotation(context, actor, token, minted),
  }
}

async function finishRotation(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  token: TokenView,
  minted: MintedValue,
): Promise<TokenView> {
  return context.store.transaction(async (session) => {
    const staged = await session.findValue(token.organizationId, minted.row.sha256)
    if (staged?.state !== 'pending') throw overtaken(token)
    const before = await findLiveToken(session, policy, {organizationId: token.organizationId, tokenId: token.id})
    const now = context.now()
    for (const value of await session.listValues(token.organizationId, token.id)) {
      if (value.state === 'ended' || value.sha256 === staged.sha256) continue
      await session.updateValue(endedValue(value, value.state === 'pending' ? 'superseded' : 'rotated', now))
    }
    await session.updateValue({...staged, state: 'current'})
    await writeToken(session, {...changedBy(context, actor, before), lastRotatedAt: now})
    await recordRotation(context, session, actor, token, 'token.rotate', minted)
    return findLiveToken(session, policy, {organizationId: token.organizationId, tokenId: token.id})
  })
}

async function undoRotation(
  context: ServiceContext,
  actor: Actor,
  token: TokenView,
  minted: MintedValue,
): Promise<void> {
  await context.store.transaction(async (session) => {
    const staged = await session.findValue(token.organizationId, minted.row.sha256)
    if (staged?.state !== 'pending') return
    await session.updateValue(endedValue(staged, 'undelivered', context.now()))
    await recordRotation(context, session, actor, token, 'token.rotate.undo', minted)
  })
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

function refuseInGrace(context: ServiceContext, token: TokenView, values: TokenValueRow[]): void {
  const inGrace = values.find((value) => value.state === 'grace' && (value.graceUntil ?? 0) > context.now())
  if (!inGrace?.graceUntil) return
  const until = toRfc3339(inGrace.graceUntil)
  throw new AppError('CONFLICT', `An older value of API token ${token.id} is in grace until ${until}`, {
    hint: 'Rotate it again after that',
  })
}

function withNewValue(token: TokenView, {row}: MintedValue, now: number): TokenView {
  const {fragment, validFrom, validUntil} = row
  return {...token, fragment, validFrom, validUntil, lastRotatedAt: now, pendingSince: null}
}

async function recordRotation(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  token: TokenView,
  action: string,
  minted: MintedValue,
): Promise<void> {
  await recordChange(context, session, actor, {
    organizationId: token.organizationId,
    action,
    targetType: 'token',
    targetId: token.id,
    detail: {fragment: minted.row.fragment},
  })
}
