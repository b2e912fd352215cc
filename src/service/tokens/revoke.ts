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
   * Milliseconds, at least 1. If a secret of the token was used within this time, throw
   * CHECK_FAILED. Ended secrets count too. A token that was never used counts as unused.
   *
   * The uses are read in the transaction that deletes. So a use that is recorded after the caller's
   * check still counts. There are two limits. Uses within a minute after a recorded one are not
   * recorded, so that minute counts as used (`isUnusedFor`). A use is recorded in a separate write,
   * after the secret was accepted. So a request that is accepted during the delete may be recorded
   * after it.
   */
  unusedForMs?: number | undefined
}

/**
 * Delete a token. All its secrets are refused from now on. Its row stays, so that a verification
 * can report why.
 */
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

/**
 * Throw INVALID for a number such as NaN: every comparison with it is false, so it would disable
 * the guard.
 */
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

/** End a live token in the caller's transaction. */
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
  await writeToken(session, token, {...changedBy(context, actor, token), ...deleted})
  await recordChange(context, session, actor, {
    organizationId: token.organizationId,
    action: 'token.delete',
    targetType: 'token',
    targetId: token.id,
    detail: {name: token.name},
  })
}
