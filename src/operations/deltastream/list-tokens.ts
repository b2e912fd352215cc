import type {Runtime} from '../../runtime/runtime.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import {matchesConditions, refuseUnreported, type TokenConditions} from '../tokens/filter-tokens.ts'
import {sortTokens, TOKEN_SORTS} from '../tokens/sort-tokens.ts'
import {missingCapability} from '../tokens/token-access.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import type {DeltaStreamTokens} from './tokens.ts'

type Listed = DeltaStreamTokenRecord & {endedAt?: string}

/** The sort keys of a list, by their names in `--sort`. */
const {kind: role, ...SORTS} = TOKEN_SORTS
const SORT_VALUES = {...SORTS, role} as const

export type SortKey = keyof typeof SORT_VALUES
export const SORT_KEYS = Object.keys(SORT_VALUES) as SortKey[]

export interface ListOptions {
  conditions: TokenConditions
  sort?: {key: SortKey; descending: boolean} | undefined
  /** List the dropped tokens instead of the live ones. */
  ended?: boolean | undefined
}

export interface ListedToken extends TokenResult {
  /** When the token was dropped; null for a live token. */
  endedAt: string | null
}

/** Return the tokens of the caller. Default: in creation order. */
export async function listTokens(
  runtime: Runtime,
  {port, words}: DeltaStreamTokens,
  {conditions, sort, ended = false}: ListOptions,
): Promise<ListedToken[]> {
  if (ended && !port.listEnded) throw missingCapability(words, 'list tokens that have ended', '--ended')
  const tokens: Listed[] = ended && port.listEnded ? await port.listEnded() : await port.list()
  refuseUnreported(words, conditions, tokens)
  const matching = tokens.filter(matchesConditions(conditions, runtime.now()))
  const sorted = sort
    ? sortTokens<Listed>(matching, {readKey: SORT_VALUES[sort.key], descending: sort.descending})
    : matching
  return sorted.map((token) => ({...toTokenResult(token), endedAt: token.endedAt ?? null}))
}
