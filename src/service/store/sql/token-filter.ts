import type {TokenFilter, TokenPage, TokenSortKey} from '../store.ts'
import type {SqlValue} from './engine.ts'
import {createInList, type SqlCondition} from './in-list.ts'
import {createPrefixRange} from './prefix.ts'
import {placeholders} from './table.ts'

/** Return the condition after WHERE. It needs only the table token. */
export function toCondition(organizationId: string, filter: TokenFilter): {sql: string; params: SqlValue[]} {
  const terms = [
    'token.organization_id = ?',
    'token.vendor = ?',
    `token.deleted_at IS ${filter.show === 'deleted' ? 'NOT NULL' : 'NULL'}`,
  ]
  const params: SqlValue[] = [organizationId, filter.vendor]
  if (filter.scope !== undefined) {
    terms.push('token.scope = ?')
    params.push(filter.scope)
  }
  if (filter.ownerId !== undefined) {
    terms.push('token.owner_id = ?')
    params.push(filter.ownerId)
  }
  if (filter.ownerIds) {
    const owners = createInList('token.owner_id', filter.ownerIds)
    terms.push(owners.sql)
    params.push(...owners.params)
  }
  if (filter.kinds) {
    terms.push(`token.kind IN (${placeholders(filter.kinds.length)})`)
    params.push(...filter.kinds)
  }
  if (filter.prefix) {
    const [name, id] = [createPrefixRange('token.name', filter.prefix), createPrefixRange('token.id', filter.prefix)]
    terms.push(`(${name.sql} OR ${id.sql})`)
    params.push(...name.params, ...id.params)
  }
  if (filter.entity) {
    // IN, not EXISTS: SQLite then finds the few tokens of an entity through the index of roles.
    // That index needs its own organization_id.
    terms.push(
      'token.id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND entity_id = ?)',
    )
    params.push(organizationId, filter.entity.type, filter.entity.id)
  }
  if (filter.roleOnAny) {
    const roles = roleCondition(filter.roleOnAny)
    terms.push(`token.id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND ${roles.sql})`)
    params.push(organizationId, ...roles.params)
  }
  return {sql: terms.join(' AND '), params}
}

/** One list of ids for each type, because SQLite accepts at most 1000 terms joined by OR. */
function roleCondition({entities, deploymentId}: NonNullable<TokenFilter['roleOnAny']>) {
  const idsOfType = new Map<string, Set<string>>()
  for (const {type, id} of entities) idsOfType.set(type, (idsOfType.get(type) ?? new Set()).add(id))
  const terms = [...idsOfType.values()].map(({size}) => `(entity_type = ? AND entity_id IN (${placeholders(size)}))`)
  const any = terms.length === 0 ? '1 = 0' : terms.join(' OR ')
  const params: SqlValue[] = [...idsOfType].flatMap(([type, ids]) => [type, ...ids])
  if (deploymentId === undefined) return {sql: `(${any})`, params}
  return {sql: `(${any}) AND deployment_id = ?`, params: [...params, deploymentId]}
}

/**
 * Sort tokens without valid_from last, ascending and descending. SQLite and PostgreSQL sort NULL
 * differently.
 */
const SORT_SQL: Record<TokenSortKey, {ascending: string; descending: string}> = {
  name: {ascending: 'token.name', descending: 'token.name DESC'},
  description: {ascending: 'token.description', descending: 'token.description DESC'},
  createdAt: {ascending: 'token.created_at', descending: 'token.created_at DESC'},
  updatedAt: {ascending: 'token.updated_at', descending: 'token.updated_at DESC'},
  createdBy: {ascending: selectId('token.created_by'), descending: `${selectId('token.created_by')} DESC`},
  updatedBy: {ascending: selectId('token.updated_by'), descending: `${selectId('token.updated_by')} DESC`},
  validFrom: {
    ascending: `COALESCE(token.valid_from, ${Number.MAX_SAFE_INTEGER})`,
    descending: `COALESCE(token.valid_from, ${Number.MIN_SAFE_INTEGER}) DESC`,
  },
}

function selectId(actorColumn: string): string {
  return `REPLACE(${actorColumn}, 'token:', '')`
}

/**
 * Return the condition that a token comes after the start of the page; null if the page has none,
 * or has an order for which only the offset works.
 *
 * The first column is in the condition on its own, so that an index finds the start.
 */
export function toStart({after, sorts = []}: TokenPage): SqlCondition | null {
  const [sort = {key: 'createdAt', descending: false}, ...others] = sorts
  if (!after || others.length > 0 || (sort.key !== 'createdAt' && sort.key !== 'name')) return null
  const {id, createdAt} = after
  const sign = sort.descending ? '<' : '>'
  return sort.key === 'name'
    ? {
        sql: `token.name ${sign}= ? AND (token.name ${sign} ? OR (token.created_at, token.id) > (?, ?))`,
        params: [after.name, after.name, createdAt, id],
      }
    : {
        sql: `token.created_at ${sign}= ? AND (token.created_at ${sign} ? OR token.id > ?)`,
        params: [createdAt, createdAt, id],
      }
}

/**
 * Return the terms after ORDER BY. A repeated key is skipped: it would not change the order, but
 * would make a new statement.
 */
export function toOrder({sorts = []}: TokenPage): string {
  const keys = new Set<TokenSortKey>()
  const terms: string[] = []
  for (const {key, descending} of sorts) {
    if (!keys.has(key)) terms.push(SORT_SQL[key][descending ? 'descending' : 'ascending'])
    keys.add(key)
  }
  // A second created_at would not change the order, but SQLite would then sort all rows instead of
  // reading the index.
  if (!keys.has('createdAt')) terms.push('token.created_at')
  return [...terms, 'token.id'].join(', ')
}
