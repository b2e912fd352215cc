import {toRfc3339, toRfc3339OrNull} from '../../../lib/rfc3339.ts'
import type {StoreSession} from '../../../service/store/store.ts'
import type {DetailedDeltaStreamToken} from '../capabilities.ts'
import {findAccount} from './owner.ts'
import {DELTASTREAM_POLICY} from './policy.ts'
import {type ListedToken, roleOf, type Session} from './tokens.ts'

/**
 * Convert tokens of one account to the form of the API, with the details that only this service
 * reports.
 */
export async function showTokens({service}: Session, listed: ListedToken[]): Promise<DetailedDeltaStreamToken[]> {
  const [first] = listed
  if (!first) return []
  const {organizationId, ownerId} = first.token
  const owner = await findAccount(service.read, organizationId, ownerId)
  const creators = new Map<string, string | null>()
  for (const {token} of listed) {
    const {createdBy} = token
    if (!creators.has(createdBy)) creators.set(createdBy, await nameCreator(service.read, organizationId, createdBy))
  }
  return listed.map((each) => ({
    ...toDetailedToken(each, service.now()),
    ...(owner ? {owner: owner.name} : {}),
    createdBy: creators.get(each.token.createdBy) ?? null,
  }))
}

function toDetailedToken({token, lastUsedAt}: ListedToken, now: number): DetailedDeltaStreamToken {
  const {name, createdAt, validFrom, validUntil, fragment, lastRotatedAt, graceUntil, pendingSince} = token
  if (validUntil === null) throw new Error('Every token of DeltaStream ends')
  return {
    name,
    lastUsedAt: toRfc3339OrNull(lastUsedAt),
    createdAt: toRfc3339(validFrom ?? createdAt),
    expiresAt: toRfc3339(validUntil),
    role: roleOf(token),
    ...(fragment === null ? {} : {fragment}),
    lastRotatedAt: toRfc3339OrNull(lastRotatedAt),
    graceUntil: toRfc3339OrNull(graceUntil !== null && graceUntil > now ? graceUntil : null),
    unfinishedRotationAt: toRfc3339OrNull(pendingSince),
  }
}

/** Return the name of the token that created it, or the user of this machine. */
async function nameCreator(store: StoreSession, organizationId: string, actor: string): Promise<string | null> {
  const [type, id] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)]
  if (type === 'local') return id
  const token = await store.findToken(organizationId, DELTASTREAM_POLICY.vendor, id)
  return token?.name ?? null
}
