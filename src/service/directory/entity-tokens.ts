import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenFilter} from '../store/store.ts'
import {endToken} from '../tokens/revoke.ts'
import {changedBy, writeToken} from '../tokens/update.ts'

/**
 * End every live token that matches, in the transaction of the caller; returns how many there were. Those of an entity are found by
 * their owner, not by a role on it, because there are tokens without one.
 */
export async function endTokens(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  {organizationId, ...filter}: TokenFilter & {organizationId: string},
): Promise<number> {
  const all = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
  const tokens = await session.listTokens(organizationId, filter, all)
  for (const token of tokens) await endToken(context, session, actor, token)
  return tokens.length
}

/**
 * Live tokens lose what they hold on these entities, and on the DAGs of a deployment among them; each of them is changed once by
 * that, whatever it loses. `because` goes into the trail.
 */
export async function takeRoles(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  from: {organizationId: string; vendor: string; entities: {type: string; id: string}[]; because: string},
): Promise<void> {
  const {organizationId, vendor, entities, because} = from
  const changed = new Set<string>()
  for (const {type, id} of entities) {
    for (const tokenId of await session.deleteEntityRoles(organizationId, type, id)) changed.add(tokenId)
  }
  for (const tokenId of changed) {
    const token = await session.findToken(organizationId, vendor, tokenId)
    if (!token) continue
    await writeToken(session, changedBy(context, actor, token))
    await recordChange(context, session, actor, {
      organizationId,
      action: 'token.roles',
      targetType: 'token',
      targetId: tokenId,
      detail: {after: token.roles, because},
    })
  }
}
