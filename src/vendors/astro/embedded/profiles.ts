import {toRfc3339} from '../../../lib/rfc3339.ts'
import type {StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {SubjectProfile} from '../api.ts'
import type {DetailedAstroToken, EndedAstroToken} from '../capabilities.ts'
import type {Principal} from './access.ts'
import {type ProfileOf, toAstroToken} from './astro-types.ts'
import {ASTRO_POLICY} from './policy.ts'
import {createSight, type Sight} from './sight.ts'
import {findLocalUser} from './users.ts'

type Reader = Pick<TokenService, 'read' | 'now'>

/** Tokens of one organization as the API shows them to a principal: with the roles, and with the makers, that it can see. */
export async function toWire(
  {read, now}: Reader,
  principal: Principal,
  rows: TokenView[],
): Promise<DetailedAstroToken[]> {
  const [first] = rows
  if (!first) return []
  const sight = await createSight(read, principal, first.organizationId)
  const context = {profileOf: await createProfiles(read, sight, rows), now: now(), seesRole: sight.seesRole}
  return rows.map((row) => toAstroToken(row, context))
}

/** Deleted tokens, the latest end last. */
export async function toWireEnded(reader: Reader, principal: Principal, rows: TokenView[]): Promise<EndedAstroToken[]> {
  const ended = [...rows].sort((a, b) => (a.deletedAt ?? 0) - (b.deletedAt ?? 0))
  const tokens = await toWire(reader, principal, ended)
  return tokens.map((token, index) => ({...token, endedAt: toRfc3339(ended[index]?.deletedAt ?? 0)}))
}

export async function toWireOne(
  {read, now}: Reader,
  principal: Principal,
  row: TokenView,
): Promise<DetailedAstroToken> {
  const sight = await createSight(read, principal, row.organizationId)
  return toAstroToken(row, {profileOf: await createProfiles(read, sight, [row]), now: now(), seesRole: sight.seesRole})
}

/** Look up, once each, who made and changed these tokens. */
async function createProfiles(session: StoreSession, sight: Sight, tokens: TokenView[]): Promise<ProfileOf> {
  const profiles = new Map<string, SubjectProfile>()
  for (const token of tokens) {
    for (const actor of [token.createdBy, token.updatedBy]) {
      if (!profiles.has(actor)) profiles.set(actor, await readProfile(session, sight, {token, actor}))
    }
  }
  return (actor) => profiles.get(actor) ?? {id: actor}
}

async function readProfile(
  session: StoreSession,
  sight: Sight,
  {token: {organizationId}, actor}: {token: TokenView; actor: string},
): Promise<SubjectProfile> {
  const [type, id = ''] = splitActor(actor)
  if (type !== 'token') return readLocalProfile(session, {organizationId, actor, userName: id})
  const maker = await session.findToken(organizationId, ASTRO_POLICY.vendor, id)
  if (maker && !sight.seesToken(maker)) return UNSEEN_TOKEN
  return {id, subjectType: 'SERVICEKEY', ...(maker ? {apiTokenName: maker.name} : {})}
}

/** A token that the caller cannot see. Astro's clients want a profile with an id. */
const UNSEEN_TOKEN: SubjectProfile = {id: 'unknown', subjectType: 'SERVICEKEY'}

/** A user of the machine is the person of the directory with that name, where there is one. */
async function readLocalProfile(
  session: StoreSession,
  {organizationId, actor, userName}: {organizationId: string; actor: string; userName: string},
): Promise<SubjectProfile> {
  const user = findLocalUser(await session.listAccounts(organizationId, ASTRO_POLICY.vendor), userName)
  if (!user) return {id: actor, subjectType: 'USER', fullName: userName, username: userName}
  return {id: user.id, subjectType: 'USER', fullName: user.name, username: user.email ?? user.name}
}

function splitActor(actor: string): [string, string?] {
  const colon = actor.indexOf(':')
  return [actor.slice(0, colon), actor.slice(colon + 1)]
}
