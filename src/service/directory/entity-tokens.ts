import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenFilter, TokenView} from '../store/store.ts'
import {endToken} from '../tokens/revoke.ts'
import {changedBy, writeToken} from '../tokens/update.ts'

/**
 * End the live tokens of these vendors that match the filter, at most `limit` of them, in the
 * caller's transaction.
 * Return how many ended. To end the tokens of an entity, filter by scope and owner, not by a role:
 * a token may have no role on its entity.
 */
export async function endTokens(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  {
    organizationId,
    vendors,
    limit = Number.MAX_SAFE_INTEGER,
    ...filter
  }: Omit<TokenFilter, 'vendor'> & {organizationId: string; vendors: string[]; limit?: number},
): Promise<number> {
  let ended = 0
  for (const vendor of vendors) {
    const page = {offset: 0, limit: limit - ended}
    const tokens = await session.listTokens(organizationId, {...filter, vendor}, page)
    for (const token of tokens) await endToken(context, session, actor, token)
    ended += tokens.length
  }
  return ended
}

/**
 * Remove the roles of live tokens of these vendors on these entities, and on the DAGs of these
 * deployments, from at most `limit` tokens. Return how many changed. Each token
 * changes once, no matter how many roles it loses. `because` is written to
 * the audit trail.
 */
export async function takeRoles(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  from: {
    organizationId: string
    vendors: string[]
    entities: {type: string; id: string}[]
    because: string
    limit?: number
  },
): Promise<number> {
  const {organizationId, vendors, entities, because, limit = Number.MAX_SAFE_INTEGER} = from
  const changed = new Set<string>()
  for (const {type, id} of entities) {
    const room = limit - changed.size
    for (const tokenId of await session.deleteEntityRoles(organizationId, type, id, room)) changed.add(tokenId)
  }
  for (const tokenId of changed) {
    const token = await findToken(session, {organizationId, vendors, tokenId})
    if (!token) continue
    await writeToken(session, token, changedBy(context, actor, token))
    await recordChange(context, session, actor, {
      organizationId,
      action: 'token.roles',
      targetType: 'token',
      targetId: tokenId,
      detail: {after: token.roles, because},
    })
  }
  return changed.size
}

/** Find a token without knowing its vendor: ids are unique in an organization, over all vendors. */
async function findToken(
  session: StoreSession,
  {organizationId, vendors, tokenId}: {organizationId: string; vendors: string[]; tokenId: string},
): Promise<TokenView | null> {
  for (const vendor of vendors) {
    const token = await session.findToken(organizationId, vendor, tokenId)
    if (token) return token
  }
  return null
}
