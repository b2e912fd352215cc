import type {TokenFilter, TokenPage, TokenSortKey} from '../../../service/store/store.ts'
import {type AgentTokenSortField, ASTRO_LIMITS, type Sorts, TOKEN_KINDS, type TokensQuery} from '../api.ts'
import {invalidField} from '../validate.ts'
import type {Entity} from './access.ts'
import {ASTRO_POLICY} from './policy.ts'

/** Return the entity whose tokens a query is for. The caller must manage it. */
export function entityOfQuery(organizationId: string, query: TokensQuery): Entity {
  if (query.deploymentId !== undefined) return {organizationId, scope: 'DEPLOYMENT', id: query.deploymentId}
  if (query.workspaceId !== undefined) return {organizationId, scope: 'WORKSPACE', id: query.workspaceId}
  return {organizationId, scope: 'ORGANIZATION', id: organizationId}
}

/**
 * Return the filter for the store. INVALID for an empty workspace, deployment, DAG or tag: a client
 * sends that if it has none, and must not get all tokens (contracts/astro.md, T1).
 */
export function toFilter(query: TokensQuery): TokenFilter {
  for (const field of ['workspaceId', 'deploymentId', 'dagId'] as const) {
    if (query[field] === '') throw invalidField(field, 'required', `${field} must not be empty`)
  }
  if (query.deploymentId !== undefined && query.workspaceId !== undefined) {
    throw invalidField('workspaceId', 'excluded', 'give workspaceId or deploymentId, not both')
  }
  const filter: TokenFilter = {
    vendor: ASTRO_POLICY.vendor,
    kinds: query.kind === undefined ? TOKEN_KINDS : [query.kind],
    ...dagFilter(query),
  }
  if (query.workspaceId !== undefined) filter.entity = {type: 'WORKSPACE', id: query.workspaceId}
  if (query.includeOnlyOrganizationTokens) filter.scope = 'ORGANIZATION'
  return filter
}

/**
 * Return the filter for tokens with a role on the DAG or on one of the tags. A client that sends
 * both means a DAG and its tags. With a deployment, only roles on its DAGs count, not a role on the
 * deployment itself.
 */
function dagFilter({deploymentId, dagId, dagTags}: TokensQuery): Partial<TokenFilter> {
  if (dagTags?.length === 0 || dagTags?.includes('')) {
    throw invalidField('dagTags', 'required', 'dagTags must not be empty')
  }
  const tags = new Set(dagTags)
  const {dagTagsMax} = ASTRO_LIMITS
  if (tags.size > dagTagsMax)
    throw invalidField('dagTags', 'max', `dagTags must be at most ${dagTagsMax} different tags`)
  const entities = [...tags].map((id) => ({type: 'DAG_TAG', id}))
  if (dagId !== undefined) entities.push({type: 'DAG', id: dagId})
  if (entities.length > 0) return {roleOnAny: {entities, ...(deploymentId === undefined ? {} : {deploymentId})}}
  return deploymentId === undefined ? {} : {entity: {type: 'DEPLOYMENT', id: deploymentId}}
}

const SORT_KEYS: Record<AgentTokenSortField, TokenSortKey> = {
  name: 'name',
  description: 'description',
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
  tokenStartAt: 'validFrom',
  createdById: 'createdBy',
  updatedById: 'updatedBy',
}

export function toSorts({sorts = []}: {sorts?: Sorts<AgentTokenSortField>}): NonNullable<TokenPage['sorts']> {
  return sorts.map(({field, descending}) => ({key: SORT_KEYS[field], descending}))
}
