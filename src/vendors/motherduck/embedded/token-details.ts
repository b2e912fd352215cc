import {toRfc3339, toRfc3339OrNull} from '../../../lib/rfc3339.ts'
import type {AccountRow, StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenType} from '../api.ts'
import type {DetailedMotherDuckToken, EndedMotherDuckToken} from '../capabilities.ts'
import {findAccountById} from './accounts.ts'
import {MOTHERDUCK_POLICY} from './policy.ts'

/**
 * Convert tokens of one user to the form of the API, with the details that only this service
 * reports. `now`: epoch milliseconds.
 */
export async function showTokens(
  session: StoreSession,
  account: AccountRow,
  {rows, now}: {rows: TokenView[]; now: number},
): Promise<DetailedMotherDuckToken[]> {
  const creators = new Map<string, string | null>()
  for (const {createdBy} of rows) {
    if (!creators.has(createdBy)) creators.set(createdBy, await nameCreator(session, account.organizationId, createdBy))
  }
  return rows.map((row) => toDetailedToken(row, {account, now, createdBy: creators.get(row.createdBy) ?? null}))
}

/**
 * Return the tokens that ended, the one that ended last at the end. A token whose lifetime has
 * passed is one of them. `rows`: tokens for which `endedAt` returns a time.
 */
export async function showEnded(
  session: StoreSession,
  account: AccountRow,
  {rows, now}: {rows: TokenView[]; now: number},
): Promise<EndedMotherDuckToken[]> {
  const ended = rows
    .flatMap((row) => {
      const at = endedAt(row, now)
      return at === null ? [] : [{row, at}]
    })
    .sort((a, b) => a.at - b.at)
  const tokens = await showTokens(session, account, {rows: ended.map(({row}) => row), now})
  return tokens.map((token, index) => ({...token, endedAt: toRfc3339(ended[index]?.at ?? 0)}))
}

/** Return when the token ended, in epoch milliseconds; null for a live one. */
export function endedAt({deletedAt, validUntil}: TokenView, now: number): number | null {
  const expiredAt = validUntil !== null && validUntil <= now ? validUntil : null
  if (deletedAt === null || expiredAt === null) return deletedAt ?? expiredAt
  return Math.min(deletedAt, expiredAt)
}

function toDetailedToken(
  row: TokenView,
  {account, now, createdBy}: {account: AccountRow; now: number; createdBy: string | null},
): DetailedMotherDuckToken {
  return {
    id: row.id,
    name: row.name,
    ...(row.description === '' ? {} : {description: row.description}),
    created_ts: toRfc3339(row.createdAt),
    ...(row.validUntil === null ? {} : {expire_at: toRfc3339(row.validUntil)}),
    read_only: row.kind === 'read_scaling',
    token_type: row.kind as TokenType,
    username: account.name,
    ...(row.fragment === null ? {} : {fragment: row.fragment}),
    createdBy,
    lastUsedAt: toRfc3339OrNull(row.lastUsedAt),
    lastRotatedAt: toRfc3339OrNull(row.lastRotatedAt),
    graceUntil: toRfc3339OrNull(row.graceUntil !== null && row.graceUntil > now ? row.graceUntil : null),
    unfinishedRotationAt: toRfc3339OrNull(row.pendingSince),
  }
}

/** Return the user whose token created it, or the user of this machine. */
async function nameCreator(session: StoreSession, organizationId: string, actor: string): Promise<string | null> {
  const [type, id] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)]
  if (type === 'local') return id
  const token = await session.findToken(organizationId, MOTHERDUCK_POLICY.vendor, id)
  const creator = token && (await findAccountById(session, organizationId, token.ownerId))
  return creator?.name ?? null
}
