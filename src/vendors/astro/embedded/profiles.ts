import {toRfc3339} from '../../../lib/rfc3339.ts'
import type {StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {SubjectProfile} from '../api.ts'
import type {DetailedAstroToken, EndedAstroToken} from '../capabilities.ts'
import type {Principal} from './access.ts'
import {toAstroToken} from './astro-types.ts'
import {ASTRO_POLICY} from './policy.ts'
import {createSight, type Sight} from './sight.ts'
import {findLocalUser, wantedUsers} from './users.ts'

/**
 * Converts tokens of one organization to the form of the API, with only the roles and creators that
 * the principal can see.
 */
export interface TokenPresenter {
  showAll(rows: TokenView[]): Promise<DetailedAstroToken[]>
  show(row: TokenView): Promise<DetailedAstroToken>
  /** Convert deleted tokens, the one that ended last at the end. */
  showEnded(rows: TokenView[]): Promise<EndedAstroToken[]>
}

/**
 * Create a presenter for one command or request. It caches the person for each user of the machine.
 */
export function createPresenter({read, now}: Pick<TokenService, 'read' | 'now'>, principal: Principal): TokenPresenter {
  const localUsers = new Map<string, Promise<SubjectProfile>>()

  function findLocalProfile(organizationId: string, actor: string): Promise<SubjectProfile> {
    const key = `${organizationId}/${actor}`
    const known = localUsers.get(key) ?? readLocalProfile(read, {organizationId, actor})
    localUsers.set(key, known)
    return known
  }

  async function showAll(rows: TokenView[]): Promise<DetailedAstroToken[]> {
    const [first] = rows
    if (!first) return []
    const {organizationId} = first
    const actors = new Set(rows.flatMap(({createdBy, updatedBy}) => [createdBy, updatedBy]))
    const makers = await readMakers(read, actors, {
      organizationId,
      known: principal.kind === 'owner' ? rows : [...rows, principal.token],
    })
    const tokens = [...rows, ...makers.values()]
    const sight = await createSight(read, principal, {organizationId, tokens})
    const profiles = new Map<string, SubjectProfile>()
    for (const actor of actors) {
      const [type, id] = splitActor(actor)
      const profile = type === 'token' ? toProfile(id, makers.get(id), sight) : findLocalProfile(organizationId, actor)
      profiles.set(actor, await profile)
    }
    const context = {
      profileOf: (actor: string) => profiles.get(actor) ?? {id: actor},
      now: now(),
      seesRole: sight.seesRole,
    }
    return rows.map((row) => toAstroToken(row, context))
  }

  return {
    showAll,
    async show(row) {
      const [token] = await showAll([row])
      if (!token) throw new Error('showAll returns one token for each row')
      return token
    },
    async showEnded(rows) {
      const ended = [...rows].sort((a, b) => (a.deletedAt ?? 0) - (b.deletedAt ?? 0))
      const tokens = await showAll(ended)
      return tokens.map((token, index) => ({...token, endedAt: toRfc3339(ended[index]?.deletedAt ?? 0)}))
    },
  }
}

/**
 * Return the tokens that created or changed others, by id. Tokens that were read already are not
 * read again: most tokens that a token sees, it has created itself.
 */
async function readMakers(
  session: StoreSession,
  actors: Set<string>,
  {organizationId, known}: {organizationId: string; known: TokenView[]},
): Promise<Map<string, TokenView>> {
  const ids = new Set([...actors].map(splitActor).flatMap(([type, id]) => (type === 'token' ? [id] : [])))
  const makers = new Map<string, TokenView>()
  for (const token of known) {
    if (ids.has(token.id) && token.organizationId === organizationId && !makers.has(token.id))
      makers.set(token.id, token)
  }
  const others = [...ids].filter((id) => !makers.has(id))
  for (const maker of await session.findTokens(organizationId, ASTRO_POLICY.vendor, others)) makers.set(maker.id, maker)
  return makers
}

function toProfile(id: string, maker: TokenView | undefined, sight: Sight): SubjectProfile {
  if (maker && !sight.seesToken(maker)) return UNSEEN_TOKEN
  return {id, subjectType: 'SERVICEKEY', ...(maker ? {apiTokenName: maker.name} : {})}
}

/**
 * The profile of a token that the caller cannot see. Astro's clients require a profile with an id.
 */
const UNSEEN_TOKEN: SubjectProfile = {id: 'unknown', subjectType: 'SERVICEKEY'}

/**
 * Return the profile of a user of the machine: the person with that name in the directory, if any.
 */
async function readLocalProfile(
  session: StoreSession,
  {organizationId, actor}: {organizationId: string; actor: string},
): Promise<SubjectProfile> {
  const [, userName] = splitActor(actor)
  const accounts = await session.listAccounts(organizationId, ASTRO_POLICY.vendor, wantedUsers(userName))
  const user = findLocalUser(accounts, userName)
  if (!user) return {id: actor, subjectType: 'USER', fullName: userName, username: userName}
  return {id: user.id, subjectType: 'USER', fullName: user.name, username: user.email ?? user.name}
}

function splitActor(actor: string): [string, string] {
  const colon = actor.indexOf(':')
  return [actor.slice(0, colon), actor.slice(colon + 1)]
}
