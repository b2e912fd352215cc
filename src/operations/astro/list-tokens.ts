import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import {listAll} from './list-all.ts'
import type {DeploymentEntity} from './open-deployment.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'

export const SORT_KEYS = ['name', 'created', 'expires', 'last-used'] as const
type SortKey = (typeof SORT_KEYS)[number]

export interface ListOptions {
  entity: DeploymentEntity
  sort?: {key: SortKey; descending: boolean} | undefined
  /** Only tokens that expire within this many milliseconds from now, those that have expired included. */
  expiringWithinMs?: number | undefined
  /** The tokens that were deleted, instead of those that are there. */
  ended?: boolean | undefined
}

export interface ListedToken extends TokenResult {
  /** When the token was deleted; null for one that is there. */
  endedAt: string | null
}

/** The tokens that have a role on the deployment, in order of creation unless another is asked for. */
export async function listTokens(runtime: Runtime, options: ListOptions): Promise<ListedToken[]> {
  const {entity, sort, expiringWithinMs} = options
  const listed = options.ended ? await readEnded(entity) : await readLive(entity)
  const within = expiringWithinMs === undefined ? listed : listed.filter(expiresBy(runtime.now() + expiringWithinMs))
  return sort ? sorted(within, sort.key, sort.descending) : within
}

/** Every token that has a role on the deployment, as the API gives it. */
export function readTokens(entity: DeploymentEntity): Promise<AstroToken[]> {
  const {api, embedded, organizationId} = entity.target
  if (embedded) return embedded.listLiveTokens(organizationId, entity.id)
  return listAll(async (page) => {
    const answer = await api.listTokens(organizationId, {deploymentId: entity.id, ...page})
    return {items: answer.tokens, totalCount: answer.totalCount}
  })
}

async function readLive(entity: DeploymentEntity): Promise<ListedToken[]> {
  return (await readTokens(entity)).map((token) => ({...toTokenResult(token, entity), endedAt: null}))
}

async function readEnded(entity: DeploymentEntity): Promise<ListedToken[]> {
  const {embedded, organizationId, context} = entity.target
  if (!embedded)
    throw new AppError('USAGE', `The context ${context} cannot list tokens that have ended`, {
      hint: 'Leave --ended out',
    })
  const ended = await embedded.listEndedTokens(organizationId, entity.id)
  return ended.map((token) => ({...toTokenResult(token, entity), endedAt: token.endedAt}))
}

function expiresBy(limitMs: number): (token: ListedToken) => boolean {
  return ({expiresAt}) => expiresAt !== null && Date.parse(expiresAt) <= limitMs
}

/** What is equal to the second stays in order of creation, or is turned round with the rest. Tokens without the time that is sorted by (never expires, never used) come last in both directions. */
function sorted(tokens: ListedToken[], key: SortKey, descending: boolean): ListedToken[] {
  const direction = descending ? -1 : 1
  const values = tokens.map((token, index) => ({token, index, value: sortValue(token, key)}))
  values.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    return direction * (a.value === b.value ? a.index - b.index : a.value < b.value ? -1 : 1)
  })
  return values.map(({token}) => token)
}

function sortValue(token: ListedToken, key: SortKey): string | null {
  if (key === 'name') return token.name.toLowerCase()
  if (key === 'created') return token.createdAt
  return key === 'expires' ? token.expiresAt : token.lastUsedAt
}
