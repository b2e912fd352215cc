import {type Actor, actorKey, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenValueRow, TokenView} from '../store/store.ts'
import {type ChangeGuard, findTokenToChange, type TokenReference} from './find.ts'
import type {TokenPolicy} from './policy.ts'
import {changedBy, writeToken} from './update.ts'

/** Delete a token: every value of it is refused from now on. Its row stays, so that a verification can say why. */
export async function deleteToken(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: TokenReference & ChangeGuard,
): Promise<void> {
  await context.store.transaction(async (session) => {
    const token = await findTokenToChange(session, policy, reference)
    await endToken(context, session, actor, token)
  })
}

/** End a live token within a transaction that is under way. */
export async function endToken(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  token: TokenView,
): Promise<void> {
  const now = context.now()
  for (const value of await session.listValues(token.organizationId, token.id)) {
    if (value.state !== 'ended') await session.updateValue(endedValue(value, 'deleted', now))
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

export type EndReason = 'rotated' | 'superseded' | 'undelivered' | 'deleted'

export function endedValue(value: TokenValueRow, reason: EndReason, now: number): TokenValueRow {
  return {...value, state: 'ended', endedAt: now, endReason: reason}
}
