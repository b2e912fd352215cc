import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {AstroToken, TokenScope} from '../../vendors/astro/api.ts'
import type {TokenEntity} from './entity.ts'
import {tokenCalls} from './token-calls.ts'
import {ownerOf, type TokenResult, toTokenResult} from './token-result.ts'

/** What a list is sorted by, as the flag says it. */
const SORT_VALUES = {
  name: ({name}) => name.toLowerCase(),
  role: ({role}) => role,
  scope: ({scope}) => scope,
  kind: ({kind}) => kind,
  'short-token': ({shortToken}) => shortToken,
  created: ({createdAt}) => toEpochMs(createdAt),
  expires: ({expiresAt}) => toEpochMs(expiresAt),
  'last-used': ({lastUsedAt}) => toEpochMs(lastUsedAt),
  'last-rotated': ({lastRotatedAt}) => toEpochMs(lastRotatedAt),
} as const satisfies Record<string, (token: ListedToken) => string | number | null>

export type SortKey = keyof typeof SORT_VALUES
export const SORT_KEYS = Object.keys(SORT_VALUES) as SortKey[]

export interface TokenConditions {
  /** What the tokens belong to. */
  scope?: TokenScope | undefined
  kind?: string | undefined
  role?: string | undefined
  /** The recognisable end of the current value. */
  shortToken?: string | undefined
  /** Only tokens that expire within this many milliseconds from now, those that have expired included. */
  expiringWithinMs?: number | undefined
  /** Only tokens whose value is older than this many milliseconds and was not used within them, or never. */
  unusedForMs?: number | undefined
  /** Only tokens whose value is older than this many milliseconds. */
  notRotatedForMs?: number | undefined
}

export interface ListOptions {
  entity: TokenEntity
  conditions?: TokenConditions | undefined
  sort?: {key: SortKey; descending: boolean} | undefined
  /** The tokens that were deleted, instead of those that are there. */
  ended?: boolean | undefined
  /** Every token of the organization, each with the role on what it belongs to. */
  everywhere?: boolean | undefined
}

export interface ListedToken extends TokenResult {
  /** When the token was deleted; null for one that is there. */
  endedAt: string | null
}

/** The tokens that have a role on the entity, in order of creation unless another is asked for. */
export async function listTokens(runtime: Runtime, options: ListOptions): Promise<ListedToken[]> {
  const {sort, conditions = {}} = options
  const listed = options.ended ? await readEnded(options) : await readLive(options)
  const matching = listed.filter(matches(conditions, runtime.now()))
  return sort ? sorted(matching, sort.key, sort.descending) : matching
}

async function readLive({entity, everywhere = false}: ListOptions): Promise<ListedToken[]> {
  const tokens = await tokenCalls(entity).list({everywhere})
  return tokens.map((token) => ({...toTokenResult(token, shownEntity(token, entity, everywhere)), endedAt: null}))
}

async function readEnded({entity, everywhere = false}: ListOptions): Promise<ListedToken[]> {
  const {embedded, context} = entity.target
  if (!embedded) {
    throw new AppError('USAGE', `The context ${context} cannot list tokens that have ended`, {
      hint: 'Leave --ended out',
    })
  }
  const ended = await tokenCalls(entity).listEnded(embedded, {everywhere})
  return ended.map((token) => ({
    ...toTokenResult(token, shownEntity(token, entity, everywhere)),
    endedAt: token.endedAt,
  }))
}

function shownEntity(token: AstroToken, entity: TokenEntity, everywhere: boolean): {scope: string; id: string} {
  return everywhere ? ownerOf(token) : entity
}

function matches(conditions: TokenConditions, now: number): (token: ListedToken) => boolean {
  const {expiringWithinMs, unusedForMs, notRotatedForMs} = conditions
  const {scope, kind, role, shortToken} = conditions
  const olderThan = (time: string, ageMs: number) => Date.parse(time) <= now - ageMs
  return (token) =>
    (scope === undefined || token.scope === scope) &&
    (kind === undefined || token.kind === kind) &&
    (role === undefined || token.role === role) &&
    (shortToken === undefined || token.shortToken === shortToken) &&
    (expiringWithinMs === undefined ||
      (token.expiresAt !== null && Date.parse(token.expiresAt) <= now + expiringWithinMs)) &&
    (unusedForMs === undefined ||
      (isUnusedFor(toEpochMs(token.lastUsedAt), unusedForMs, now) && olderThan(madeAt(token), unusedForMs))) &&
    (notRotatedForMs === undefined || olderThan(madeAt(token), notRotatedForMs))
}

/** When the current value was made. What was made a moment ago has had no time to be used. */
function madeAt({lastRotatedAt, createdAt}: ListedToken): string {
  return lastRotatedAt ?? createdAt
}

/**
 * Times are compared as numbers: as texts, `Z`, an offset and a fraction of a second order the same moment differently, and a year of
 * five digits (`+010000-…`) comes first. A text that is no time counts as none.
 */
function toEpochMs(time: string | null): number | null {
  const ms = time === null ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : ms
}

/** What is equal to the second stays in order of creation, or is turned round with the rest. Tokens without the value that is sorted by (never expires, never used) come last in both directions. */
function sorted(tokens: ListedToken[], key: SortKey, descending: boolean): ListedToken[] {
  const direction = descending ? -1 : 1
  const values = tokens.map((token, index) => ({token, index, value: SORT_VALUES[key](token)}))
  values.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    return direction * (a.value === b.value ? a.index - b.index : a.value < b.value ? -1 : 1)
  })
  return values.map(({token}) => token)
}
