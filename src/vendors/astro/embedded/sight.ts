import type {StoreSession, TokenRoleRow, TokenView} from '../../../service/store/store.ts'
import {TOKEN_SCOPES, type TokenScope} from '../api.ts'
import {type Entity, entityOfRole, entityOfToken, isManagerOf, type Principal} from './access.ts'
import {accessOn, type Places, readPlacesOfAnyType} from './places.ts'

/**
 * What a principal sees of the tokens of one organization. It does not see the id of a place that
 * returns 404 to it.
 */
export interface Sight {
  /** Return whether the role is on an entity that the principal sees. */
  seesRole(role: TokenRoleRow): boolean
  /**
   * Return whether the principal sees the owner of the token, or an entity that it has a role on.
   */
  seesToken(token: TokenView): boolean
}

const EVERYTHING: Sight = {seesRole: () => true, seesToken: () => true}

/**
 * Return what a principal sees of these tokens, which must all be of one organization. This reads
 * the entities of the tokens, but nothing for a principal that manages the whole organization.
 */
export async function createSight(
  session: StoreSession,
  principal: Principal,
  {organizationId, tokens}: {organizationId: string; tokens: readonly TokenView[]},
): Promise<Sight> {
  if (isManagerOf(principal, organizationId)) return EVERYTHING
  const ofRole = (role: TokenRoleRow) => entityOfRole(organizationId, role)
  // Each entity is read once: many tokens have a role on the same few entities.
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

/**
 * A role whose entity has another type than the role names, such as a workspace with a deployment's
 * id.
 */
export interface MisplacedRole {
  role: TokenRoleRow
  /** What has this id: `a deployment`, or `not there`. */
  is: string
}

/**
 * Return the misplaced roles that the principal sees. `places` has the entities of the roles, of
 * any type.
 */
export function findMisplacedRoles(principal: Principal, places: Places, token: TokenView): MisplacedRole[] {
  const {organizationId} = token
  return token.roles.flatMap((role) => {
    const entity = entityOfRole(organizationId, role)
    if (places.find(entity)) return []
    const is = findSeenNoun(principal, places, entity) ?? (isManagerOf(principal, organizationId) ? 'not there' : null)
    return is === null ? [] : [{role, is}]
  })
}

/**
 * Return what has the id of an entity, of any type: `a deployment`. Null if the principal sees
 * nothing with this id.
 */
export function findSeenNoun(principal: Principal, places: Places, {organizationId, id}: Entity): string | null {
  const scope = TOKEN_SCOPES.find((each) => accessOn(places, principal, {organizationId, scope: each, id}) !== 'none')
  return scope === undefined ? null : NOUNS[scope]
}

export const NOUNS: Record<TokenScope, string> = {
  ORGANIZATION: 'an organization',
  WORKSPACE: 'a workspace',
  DEPLOYMENT: 'a deployment',
}
