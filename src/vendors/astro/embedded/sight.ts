import type {StoreSession, TokenRoleRow, TokenView} from '../../../service/store/store.ts'
import {TOKEN_SCOPES, type TokenScope} from '../api.ts'
import {type Entity, entityOfRole, entityOfToken, isManagerOf, type Principal} from './access.ts'
import {accessOn, type Places, readPlacesOfAnyType} from './places.ts'

/** What a principal sees of the tokens of one organization. Ids of places that answer it with 404 are not among it. */
export interface Sight {
  /** Whether the role is on an entity that the principal sees. */
  seesRole(role: TokenRoleRow): boolean
  /** Whether the token belongs to, or has a role on, an entity that the principal sees. */
  seesToken(token: TokenView): boolean
}

const EVERYTHING: Sight = {seesRole: () => true, seesToken: () => true}

/**
 * What a principal sees of these tokens, which are all of one organization. It reads the entities that they name, and nothing for a
 * principal that manages the whole organization.
 */
export async function createSight(
  session: StoreSession,
  principal: Principal,
  {organizationId, tokens}: {organizationId: string; tokens: readonly TokenView[]},
): Promise<Sight> {
  if (isManagerOf(principal, organizationId)) return EVERYTHING
  const ofRole = (role: TokenRoleRow) => entityOfRole(organizationId, role)
  // Many tokens have a role on the same few entities.
  const entities = new Map(
    tokens.flatMap((token) => [entityOfToken(token), ...token.roles.map(ofRole)]).map((each) => [toKey(each), each]),
  )
  const places = await readPlacesOfAnyType(session, principal, {organizationId, entities: [...entities.values()]})
  const seen = new Map<string, boolean>()
  const sees = (entity: Entity) => {
    const known = seen.get(toKey(entity)) ?? findSeenNoun(principal, places, entity) !== null
    seen.set(toKey(entity), known)
    return known
  }
  const seesRole = (role: TokenRoleRow) => sees(ofRole(role))
  return {seesRole, seesToken: (token) => sees(entityOfToken(token)) || token.roles.some(seesRole)}
}

function toKey({scope, id}: Entity): string {
  return `${scope}/${id}`
}

/** A role on an entity of another type than it says, such as a workspace with the id of a deployment. */
export interface MisplacedRole {
  role: TokenRoleRow
  /** What the id is: `a deployment`, `not there`. */
  is: string
}

/** Of the roles that the principal sees. `places`: of the entities of the roles, of any type. */
export function findMisplacedRoles(principal: Principal, places: Places, token: TokenView): MisplacedRole[] {
  const {organizationId} = token
  return token.roles.flatMap((role) => {
    const entity = entityOfRole(organizationId, role)
    if (places.find(entity)) return []
    const is = findSeenNoun(principal, places, entity) ?? (isManagerOf(principal, organizationId) ? 'not there' : null)
    return is === null ? [] : [{role, is}]
  })
}

/** What the id of an entity is, no matter what its type: `a deployment`. Null unless the principal sees something with this id. */
export function findSeenNoun(principal: Principal, places: Places, {organizationId, id}: Entity): string | null {
  const scope = TOKEN_SCOPES.find((each) => accessOn(places, principal, {organizationId, scope: each, id}) !== 'none')
  return scope === undefined ? null : NOUNS[scope]
}

export const NOUNS: Record<TokenScope, string> = {
  ORGANIZATION: 'an organization',
  WORKSPACE: 'a workspace',
  DEPLOYMENT: 'a deployment',
}
