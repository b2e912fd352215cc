import {AppError} from '../../errors/app-error.ts'
import {mapBounded} from '../../lib/map-bounded.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {listUsers} from '../../vendors/motherduck/list-users.ts'
import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'
import {isNotFound} from '../ignore-gone.ts'
import {matchesConditions, refuseUnreported, type TokenConditions} from '../tokens/filter-tokens.ts'
import {sortTokens, TOKEN_SORTS} from '../tokens/sort-tokens.ts'
import {missingCapability} from '../tokens/token-access.ts'
import type {MotherDuckService} from './connect.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {type TokenUser, tokenUserAt} from './user.ts'

type Listed = MotherDuckTokenRecord & {endedAt?: string}

/** The sort keys of a list, by their names in `--sort`. */
const SORT_VALUES = {
  ...TOKEN_SORTS,
  type: ({kind}) => kind,
  user: ({username}) => username.toLowerCase(),
} as const satisfies Record<string, (token: Listed) => string | number | null>

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

/** Users whose tokens are read at the same time. */
const CONCURRENT_USERS = 4

/** Return the tokens of a user. Default: in creation order. */
export async function listUserTokens(runtime: Runtime, user: TokenUser, options: ListOptions): Promise<ListedToken[]> {
  return select(runtime, user, {tokens: await readTokens(user, options), ...options})
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
  const users = (await listUsers(service)).map(({username}) => tokenUserAt(service, username))
  const [first] = users
  if (!first) return []
  const lists = await mapBounded(users, {
    max: CONCURRENT_USERS,
    work: (user) =>
      readTokens(user, options).catch((err: unknown): Listed[] => {
        if (isNotFound(err)) return []
        throw nameUser(err, user.username)
      }),
    onProgress: options.onProgress,
  })
  return select(runtime, first, {tokens: lists.flat(), ...options})
}

function nameUser(err: unknown, username: string): unknown {
  if (!(err instanceof AppError)) return err
  return new AppError(err.code, `The tokens of ${username} cannot be listed: ${err.message}`, {
    ...err.details,
    cause: err,
  })
}

function select(
  runtime: Runtime,
  {words}: TokenUser,
  {tokens, conditions, sort}: ListOptions & {tokens: Listed[]},
): ListedToken[] {
  refuseUnreported(words, conditions, tokens)
  const matching = tokens.filter(matchesConditions(conditions, runtime.now()))
  const sorted = sort
    ? sortTokens<Listed>(matching, {readKey: SORT_VALUES[sort.key], descending: sort.descending})
    : matching
  return sorted.map((token) => ({...toTokenResult(token), endedAt: token.endedAt ?? null}))
}

async function readTokens({port, words}: TokenUser, {ended}: ListOptions): Promise<Listed[]> {
  if (!ended) return port.list()
  if (!port.listEnded) throw missingCapability(words, 'list tokens that have ended', '--ended')
  return port.listEnded()
}
