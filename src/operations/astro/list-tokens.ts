import type {Runtime} from '../../runtime/runtime.ts'
import {allowForbidden} from '../../vendors/allow-forbidden.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {type AstroTokenRecord, findOwner} from '../../vendors/astro/token-port.ts'
import {matchesConditions, refuseUnreported, type TokenConditions} from '../tokens/filter-tokens.ts'
import {sortTokens, TOKEN_SORTS} from '../tokens/sort-tokens.ts'
import {missingCapability} from '../tokens/token-access.ts'
import {listDeployments, listWorkspaces} from './directory.ts'
import type {TokenEntity} from './entity.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'

interface Listed {
  token: AstroTokenRecord
  result: ListedToken
}

/** The sort keys of a list, by their names in `--sort`. */
const SORT_VALUES = {
  name: ({token}) => TOKEN_SORTS.name(token),
  role: ({result}) => result.role,
  scope: ({token}) => token.scope,
  kind: ({token}) => TOKEN_SORTS.kind(token),
  'short-token': ({token}) => token.fragment,
  created: ({token}) => TOKEN_SORTS.created(token),
  expires: ({token}) => TOKEN_SORTS.expires(token),
  'last-used': ({token}) => TOKEN_SORTS['last-used'](token),
  'last-rotated': ({token}) => TOKEN_SORTS['last-rotated'](token),
} as const satisfies Record<string, (listed: Listed) => string | number | null>

export type SortKey = keyof typeof SORT_VALUES
export const SORT_KEYS = Object.keys(SORT_VALUES) as SortKey[]

interface AstroTokenConditions extends TokenConditions {
  /** The type of the entity that the tokens belong to. */
  scope?: TokenScope | undefined
  role?: string | undefined
}

export interface ListOptions {
  entity: TokenEntity
  conditions?: AstroTokenConditions | undefined
  sort?: {key: SortKey; descending: boolean} | undefined
  /** List the deleted tokens instead of the live ones. */
  ended?: boolean | undefined
  /** List every token of the organization, each with its role on the entity that it belongs to. */
  everywhere?: boolean | undefined
}

export interface ListedToken extends TokenResult {
  /** The name of the entity. Absent unless the list has tokens of several, and it is known. */
  entityName?: string
  /** When the token was deleted; null for a live token. */
  endedAt: string | null
}

/** Return the tokens that have a role on the entity. Default: in creation order. */
export async function listTokens(runtime: Runtime, options: ListOptions): Promise<ListedToken[]> {
  const {entity, sort, everywhere = false, conditions = {}} = options
  const {scope, role} = conditions
  const matches = matchesConditions(conditions, runtime.now())
  const tokens = await readTokens(options)
  refuseUnreported(entity.words, conditions, tokens)
  const matching = tokens
    .filter((token) => (scope === undefined || token.scope === scope) && matches(token))
    .map((token) => ({token, result: toListedToken(token, everywhere ? findOwner(token) : entity)}))
    .filter(({result}) => role === undefined || result.role === role)
  const listed = sort ? sortTokens(matching, {readKey: SORT_VALUES[sort.key], descending: sort.descending}) : matching
  const results = listed.map(({result}) => result)
  return everywhere ? nameEntities(entity, results) : results
}

/** Add the names of the entities that the caller may see. */
async function nameEntities({target}: TokenEntity, tokens: ListedToken[]): Promise<ListedToken[]> {
  const [workspaces, deployments] = await Promise.all([
    allowForbidden(listWorkspaces(target)),
    allowForbidden(listDeployments(target)),
  ])
  const names = new Map([...(workspaces ?? []), ...(deployments ?? [])].map(({id, name}) => [id, name]))
  names.set(target.organizationId, target.organizationName)
  return tokens.map((token) => {
    const entityName = names.get(token.entityId)
    return entityName === undefined ? token : {...token, entityName}
  })
}

async function readTokens({
  entity,
  ended,
  everywhere,
}: ListOptions): Promise<(AstroTokenRecord & {endedAt?: string})[]> {
  const {port, words} = entity
  if (!ended) return port.list({everywhere})
  if (!port.listEnded) throw missingCapability(words, 'list tokens that have ended', '--ended')
  return port.listEnded({everywhere})
}

function toListedToken(token: AstroTokenRecord & {endedAt?: string}, entity: {scope: string; id: string}): ListedToken {
  return Object.assign(toTokenResult(token, entity), {endedAt: token.endedAt ?? null})
}
