import type {StoreSession, TokenRoleRow, TokenView} from '../../../service/store/store.ts'
import type {TokenScope} from '../api.ts'
import {
  accessOn,
  type DirectoryMap,
  type Entity,
  entityOfRole,
  entityOfToken,
  isManagerOf,
  type Principal,
  placeOn,
  readMap,
} from './access.ts'

/** What a principal sees of the tokens of one organization. Ids of places that answer it with 404 are not among it. */
export interface Sight {
  /** Whether the role is on an entity that the principal sees. */
  seesRole(role: TokenRoleRow): boolean
  /** Whether the token belongs to, or has a role on, an entity that the principal sees. */
  seesToken(token: TokenView): boolean
}

const EVERYTHING: Sight = {seesRole: () => true, seesToken: () => true}

/** Reads the directory only for a principal that does not manage the whole organization. */
export async function createSight(session: StoreSession, principal: Principal, organizationId: string): Promise<Sight> {
  if (isManagerOf(principal, organizationId)) return EVERYTHING
  const map = await readMap(session, organizationId)
  // By type and id: many tokens have a role on the same few entities.
  const seen = new Map<string, boolean>()
  const sees = (entity: Entity) => {
    const key = `${entity.scope}/${entity.id}`
    const known = seen.get(key) ?? seenNounOf(principal, map, entity) !== null
    seen.set(key, known)
    return known
  }
  const seesRole = (role: TokenRoleRow) => sees(entityOfRole(organizationId, role))
  return {seesRole, seesToken: (token) => sees(entityOfToken(token)) || token.roles.some(seesRole)}
}

/** A role on an entity of another type than it says, such as a workspace with the id of a deployment. */
export interface MisplacedRole {
  role: TokenRoleRow
  /** What the id is: `a deployment`, `not there`. */
  is: string
}

/** Of the roles that the principal sees. */
export function misplacedRoles(principal: Principal, map: DirectoryMap, token: TokenView): MisplacedRole[] {
  const {organizationId} = token
  return token.roles.flatMap((role) => {
    const entity = entityOfRole(organizationId, role)
    if (placeOn(map, entity)) return []
    const is = seenNounOf(principal, map, entity) ?? (isManagerOf(principal, organizationId) ? 'not there' : null)
    return is === null ? [] : [{role, is}]
  })
}

/** What the id of an entity is, whatever its type: `a deployment`. Null unless the principal sees something with this id. */
export function seenNounOf(principal: Principal, map: DirectoryMap, {organizationId, id}: Entity): string | null {
  const scope = SCOPES.find((each) => accessOn(map, principal, {organizationId, scope: each, id}) !== 'none')
  return scope === undefined ? null : NOUNS[scope]
}

export const NOUNS: Record<TokenScope, string> = {
  ORGANIZATION: 'an organization',
  WORKSPACE: 'a workspace',
  DEPLOYMENT: 'a deployment',
}
const SCOPES = Object.keys(NOUNS) as TokenScope[]
