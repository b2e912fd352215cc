import {mapBounded} from '../../lib/map-bounded.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openAllTokens} from '../../vendors/motherduck/open-tokens.ts'
import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import {matchesConditions, refuseUnreported, type TokenConditions} from '../tokens/filter-tokens.ts'
import {CONCURRENT_LISTS, type Listed, readList} from '../tokens/read-list.ts'
import {sortTokens, TOKEN_SORTS} from '../tokens/sort-tokens.ts'
import type {TokenWords} from '../tokens/token-access.ts'
import type {MotherDuckService} from './connect.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import type {TokenUser} from './user.ts'

type ListedRecord = Listed<MotherDuckTokenRecord>

/** The sort keys of a list, by their names in `--sort`. */
const SORT_VALUES = {
  ...TOKEN_SORTS,
  type: ({kind}) => kind,
  user: ({username}) => username.toLowerCase(),
} as const satisfies Record<string, (token: ListedRecord) => string | number | null>

export type SortKey = Exclude<keyof typeof SORT_VALUES, 'kind'>
export const SORT_KEYS = (Object.keys(SORT_VALUES) as (keyof typeof SORT_VALUES)[]).filter(
  (key): key is SortKey => key !== 'kind',
)

export interface ListOptions {
  conditions: TokenConditions
  sort?: {key: SortKey; descending: boolean} | undefined
  /** List the deleted tokens instead of the live ones. */
  ended?: boolean | undefined
}

export interface ListedToken extends TokenResult {
  /** When the token was deleted; null for a live token. */
  endedAt: string | null
}

/** Return the tokens of a user. Default: in creation order. */
export async function listUserTokens(
  runtime: Runtime,
  {port, words}: TokenUser,
  options: ListOptions,
): Promise<ListedToken[]> {
  return select(runtime, words, {tokens: await readList(port, words, options), ...options})
}

/**
 * Return the tokens of every user of the organization. Default: by user, in creation order. A user
 * who is deleted meanwhile has none. `onProgress` gets the number of users that are done.
 */
export async function listAllTokens(
  runtime: Runtime,
  service: MotherDuckService,
  options: ListOptions & {onProgress(done: number, total: number): void},
): Promise<ListedToken[]> {
  const words = {where: service.where}
  const lists = await mapBounded(await openAllTokens(service), {
    max: CONCURRENT_LISTS,
    work: (port) => readList(port, words, options),
    onProgress: options.onProgress,
  })
  return select(runtime, words, {tokens: lists.flat(), ...options})
}

function select(
  runtime: Runtime,
  words: Pick<TokenWords, 'where'>,
  {tokens, conditions, sort}: ListOptions & {tokens: ListedRecord[]},
): ListedToken[] {
  refuseUnreported(words, conditions, tokens)
  const matching = tokens.filter(matchesConditions(conditions, runtime.now()))
  const sorted = sort
    ? sortTokens<ListedRecord>(matching, {readKey: SORT_VALUES[sort.key], descending: sort.descending})
    : matching
  return sorted.map((token) => ({...toTokenResult(token), endedAt: token.endedAt ?? null}))
}
