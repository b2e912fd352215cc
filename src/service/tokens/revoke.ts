import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {type Actor, actorKey, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenView} from '../store/store.ts'
import {endedValue} from './end-value.ts'
import {type ChangeGuard, findTokenToChange, type TokenReference} from './find.ts'
import type {TokenPolicy} from './policy.ts'
import {changedBy, writeToken} from './update.ts'
import {isUnusedFor} from './uses.ts'

export interface DeleteGuard extends ChangeGuard {
  /**
   * Milliseconds, from 1: CHECK_FAILED when a secret of the token, ended or not, was used within them. A token that was never used
   * counts as unused.
   *
   * The uses are read in the transaction that deletes, so one that is noted after the caller has looked still counts. What a note
   * cannot tell: uses within a minute after a noted one are not noted, so a token counts as used for that minute too
   * (`isUnusedFor`); and a use is noted after the secret was found good, in a write of its own, so a request that is being let in at
   * the very moment of the delete may be noted after it.
   */
  unusedForMs?: number | undefined
}

/** Delete a token: every secret of it is refused from now on. Its row stays, so that a verification can return why. */
export async function deleteToken(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & DeleteGuard,
): Promise<void> {
  const {unusedForMs} = reference
  if (unusedForMs !== undefined) checkUnusedFor(unusedForMs)
  await context.store.transaction(async (session) => {
    const token = await findTokenToChange(session, policy, reference)
    if (unusedForMs !== undefined) refuseUsed(token, unusedForMs, context.now())
    await endToken(context, session, actor, token)
  })
}

/** A number that compares with nothing, such as NaN, would disarm the guard. */
function checkUnusedFor(unusedForMs: number): void {
  if (Number.isSafeInteger(unusedForMs) && unusedForMs >= 1) return
  throw new AppError('INVALID', 'The time for which a token must be unused is a whole number of milliseconds from 1', {
    reason: 'option-invalid',
    hint: 'Correct it, then run the command again',
  })
}

function refuseUsed(token: TokenView, unusedForMs: number, now: number): void {
  if (token.lastUsedAt === null || isUnusedFor(token.lastUsedAt, unusedForMs, now)) return
  throw new AppError(
    'CHECK_FAILED',
    `API token ${token.id} was last used at ${toRfc3339(token.lastUsedAt)}; it was not deleted`,
    {
      reason: 'token-used',
      facts: {tokenId: token.id, lastUsedAt: toRfc3339(token.lastUsedAt)},
      hint: 'Find out who uses it, or delete it whether it is used or not',
    },
  )
}

/** End a live token, in the transaction of the caller. */
export async function endToken(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  token: TokenView,
): Promise<void> {
  const now = context.now()
  for (const value of await session.listValues(token.organizationId, token.id, {live: true})) {
    await session.updateValue(endedValue(value, 'deleted', now))
  }
  const deleted = {deletedAt: now, deletedBy: actorKey(actor), uniqueName: null}
  await writeToken(session, {...changedBy(context, actor, token), ...deleted})
  await recordChange(context, session, actor, {
    organizationId: token.organizationId,
    action: 'token.delete',
    targetType: 'token',
    targetId: token.id,
    detail: {name: token.name},
  })
}
