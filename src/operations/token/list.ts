import {AppError} from '../../errors/app-error.ts'
import {mapBounded} from '../../lib/map-bounded.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {ListedRecord} from '../../vendors/vendor.ts'
import {matchesConditions, refuseUnreported, type TokenConditions, toEpochMs} from '../tokens/filter-tokens.ts'
import {CONCURRENT_LISTS, type Listed, readList} from '../tokens/read-list.ts'
import {sortTokens, TOKEN_SORTS} from '../tokens/sort-tokens.ts'
import {findTokenSources, type SourceOptions, type TokenSource} from './token-sources.ts'

/** A token of any vendor. If a key is absent, the vendor does not report it. */
export interface VendorToken {
  /** Absent for a vendor without ids. */
  id?: string
  name: string
  vendor: string
  /** The context where it is; null if a variable leads to the vendor. */
  context: string | null
  owner?: {type: string; id: string}
  kind?: string
  /** The role that it holds on its owner. */
  role?: string
  shortToken?: string
  createdAt?: string
  /** RFC 3339; null if it never expires. */
  expiresAt?: string | null
  lastUsedAt?: string | null
  lastRotatedAt?: string | null
  /** When the token was deleted; null for a live token. */
  endedAt: string | null
}

/** The sort keys of the list, by their names in `--sort`. */
const SORT_VALUES = {
  ...TOKEN_SORTS,
  role: ({role}) => role ?? null,
  owner: ({owner}) => (owner ? formatOwner(owner).toLowerCase() : null),
  vendor: ({vendor}) => vendor,
  context: ({context}) => context,
} as const satisfies Record<string, (token: VendorToken) => string | number | null>

export type SortKey = keyof typeof SORT_VALUES
export const SORT_KEYS = Object.keys(SORT_VALUES) as SortKey[]

export interface ListOptions extends SourceOptions {
  conditions: TokenConditions
  /** Default: by vendor, embedded first, in creation order. */
  sort?: {key: SortKey; descending: boolean} | undefined
  /** List the deleted tokens instead of the live ones. */
  ended?: boolean | undefined
  /** Gets the places that have not answered yet, for use in a sentence. */
  onProgress(waitingFor: string[]): void
}

export interface TokensOfVendors {
  tokens: VendorToken[]
  /** Where they were looked for, for use in a sentence. */
  where: string[]
}

/** What was read from one place. */
interface Reading {
  source: TokenSource
  tokens: VendorToken[]
  error: AppError | null
}

/**
 * Return the tokens of all vendors that the current contexts lead to. The places are read
 * concurrently.
 *
 * @throws AppError if a place fails, with a warning that says why and the tokens of the others as
 * the result: PARTIAL, or the error of the first place if all fail
 */
export async function listTokensOfVendors(runtime: Runtime, options: ListOptions): Promise<TokensOfVendors> {
  const sources = await findTokenSources(runtime, options)
  const waiting = new Set(sources)
  const readings = await Promise.all(
    sources.map(async (source) => {
      const reading = await readSource(runtime, source, options)
      waiting.delete(source)
      options.onProgress([...waiting].map(({where}) => where))
      return reading
    }),
  )
  const all = readings.flatMap(({tokens}) => tokens)
  const {sort} = options
  const tokens = sort ? sortTokens(all, {readKey: SORT_VALUES[sort.key], descending: sort.descending}) : all
  await refuseFailed(readings, tokens, options)
  return {tokens, where: [...new Set(sources.map(({where}) => where))]}
}

async function readSource(
  runtime: Runtime,
  source: TokenSource,
  {conditions, ended}: Pick<ListOptions, 'conditions' | 'ended'>,
): Promise<Reading> {
  try {
    const records = await source.withTokens(async (lists) => {
      const work = (list: (typeof lists)[number]) => readList(list, source, {ended})
      return (await mapBounded(lists, {max: CONCURRENT_LISTS, work})).flat()
    })
    refuseUnreported(source, conditions, records)
    const matching = records.filter(matchesConditions(conditions, runtime.now()))
    // Each list is in this order. Those of several owners are merged.
    const readKey = ended ? ({endedAt}: Listed<ListedRecord>) => toEpochMs(endedAt) : TOKEN_SORTS.created
    const tokens = sortTokens(matching, {readKey, descending: false}).map((record) => toVendorToken(record, source))
    return {source, tokens, error: null}
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    return {source, tokens: [], error: err}
  }
}

function toVendorToken(record: Listed<ListedRecord>, {vendor, context}: TokenSource): VendorToken {
  const {id, name, owner, kind, role, fragment, createdAt, expiresAt, lastUsedAt, lastRotatedAt, endedAt} = record
  return {
    ...(id === undefined ? {} : {id}),
    name,
    vendor: vendor.name,
    context,
    ...(owner === undefined ? {} : {owner}),
    ...(kind === undefined ? {} : {kind}),
    ...(role === undefined ? {} : {role}),
    ...(fragment === undefined ? {} : {shortToken: fragment}),
    ...(createdAt === undefined ? {} : {createdAt}),
    ...(expiresAt === undefined ? {} : {expiresAt}),
    ...(lastUsedAt === undefined ? {} : {lastUsedAt}),
    ...(lastRotatedAt === undefined ? {} : {lastRotatedAt}),
    endedAt: endedAt ?? null,
  }
}

/** Warn of each place that failed, and throw if there is one. */
async function refuseFailed(readings: Reading[], tokens: VendorToken[], {warn}: ListOptions): Promise<void> {
  const failed = readings.flatMap(({source, error}) => (error ? [{source, error}] : []))
  const [first] = failed
  if (!first) return
  const texts = failed.map(({source, error}) => `The tokens of ${describePlace(source)} are missing: ${error.message}`)
  if (failed.length === readings.length) {
    for (const text of texts.slice(1)) await warn(text)
    const {code, details} = first.error
    throw new AppError(code, texts[0] ?? '', {...details, cause: first.error, result: tokens})
  }
  for (const [at, text] of texts.entries()) await warn(addHint(text, failed[at]?.error.details.hint))
  const places = failed.map(({source}) => describePlace(source))
  throw new AppError('PARTIAL', `The list is not complete: the tokens of ${places.join(' and of ')} are missing`, {
    hint: 'The warnings say why. See where commands go, and with which token: tokenry whoami --check',
    result: tokens,
  })
}

function addHint(text: string, hint: string | undefined): string {
  if (hint === undefined) return text
  return `${text}${text.endsWith('?') ? '' : '.'} ${hint}`
}

function describePlace({vendor, where}: TokenSource): string {
  return where.startsWith(vendor.title) ? where : `${vendor.title} in ${where}`
}

/** Return an owner as one text: `workspace clm8q7f6q000008lcgyougpsk`. */
export function formatOwner({type, id}: {type: string; id: string}): string {
  return `${type.toLowerCase()} ${id}`
}
