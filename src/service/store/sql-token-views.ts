import type {SqlConnection, SqlValue} from './sql-engine.ts'
import {placeholders, selectList} from './sql-table.ts'
import {TOKEN, TOKEN_ROLE} from './sql-tokens.ts'
import type {
  StoreSession,
  TokenFilter,
  TokenPage,
  TokenRoleRow,
  TokenRow,
  TokenSortKey,
  TokenView,
  ValueState,
} from './store.ts'

/** Reading tokens as lists show them. */
export function tokenViewMethods(connection: SqlConnection) {
  return {
    async listTokens(organizationId, filter, page) {
      const where = conditionOf(organizationId, filter)
      const sql = `SELECT ${selectList(TOKEN)} FROM token WHERE ${where.sql} ORDER BY ${orderOf(page)} LIMIT ? OFFSET ?`
      const tokens = await connection.all<TokenRow>(sql, [...where.params, page.limit, page.offset])
      return viewsOf(connection, organizationId, tokens)
    },
    async countTokens(organizationId, filter) {
      const where = conditionOf(organizationId, filter)
      const sql = `SELECT COUNT(*) AS "count" FROM token WHERE ${where.sql}`
      const [row] = await connection.all<{count: number}>(sql, where.params)
      return row?.count ?? 0
    },
    async findToken(organizationId, vendor, id) {
      const sql = `SELECT ${selectList(TOKEN)} FROM token WHERE organization_id = ? AND vendor = ? AND id = ?`
      const tokens = await connection.all<TokenRow>(sql, [organizationId, vendor, id])
      const [view] = await viewsOf(connection, organizationId, tokens)
      return view ?? null
    },
    async listTokenIdsWithRole(organizationId, vendor, entityType, role) {
      const sql = `SELECT id FROM token WHERE organization_id = ? AND vendor = ? AND deleted_at IS NULL
        AND id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND role = ?)
        ORDER BY created_at, id`
      const rows = await connection.all<{id: string}>(sql, [organizationId, vendor, organizationId, entityType, role])
      return rows.map((row) => row.id)
    },
    async findTokenIdByName(organizationId, filter, name) {
      const where = conditionOf(organizationId, {...filter, show: 'live'})
      const sql = `SELECT id FROM token WHERE ${where.sql} AND name = ? ORDER BY created_at, id LIMIT 1`
      const [row] = await connection.all<{id: string}>(sql, [...where.params, name])
      return row?.id ?? null
    },
  } satisfies Partial<StoreSession>
}

function conditionOf(organizationId: string, filter: TokenFilter): {sql: string; params: SqlValue[]} {
  const terms = [
    'organization_id = ?',
    'vendor = ?',
    `deleted_at IS ${filter.show === 'deleted' ? 'NOT NULL' : 'NULL'}`,
  ]
  const params: SqlValue[] = [organizationId, filter.vendor]
  if (filter.scope !== undefined) {
    terms.push('scope = ?')
    params.push(filter.scope)
  }
  if (filter.ownerId !== undefined) {
    terms.push('owner_id = ?')
    params.push(filter.ownerId)
  }
  if (filter.kinds) {
    terms.push(`kind IN (${placeholders(filter.kinds.length)})`)
    params.push(...filter.kinds)
  }
  if (filter.entity) {
    // IN with its own organization_id, not EXISTS: an entity with few tokens is then found through the index of roles.
    terms.push(
      'id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND entity_id = ?)',
    )
    params.push(organizationId, filter.entity.type, filter.entity.id)
  }
  if (filter.roleOnAny) {
    const roles = roleCondition(filter.roleOnAny)
    terms.push(`id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND ${roles.sql})`)
    params.push(organizationId, ...roles.params)
  }
  return {sql: terms.join(' AND '), params}
}

function roleCondition({entities, deploymentId}: NonNullable<TokenFilter['roleOnAny']>) {
  const any = entities.map(() => '(entity_type = ? AND entity_id = ?)').join(' OR ')
  const params: SqlValue[] = entities.flatMap(({type, id}) => [type, id])
  if (deploymentId === undefined) return {sql: `(${any})`, params}
  return {sql: `(${any}) AND deployment_id = ?`, params: [...params, deploymentId]}
}

const VALUES_OF_TOKEN =
  'token_value WHERE token_value.organization_id = token.organization_id AND token_value.token_id = token.id'

/** Of the value in force; once every value is ended, of the one that was in force last. */
const VALID_FROM = `COALESCE((SELECT valid_from FROM ${VALUES_OF_TOKEN} AND state = 'current'),
  (SELECT valid_from FROM ${VALUES_OF_TOKEN} AND was_current = 1 ORDER BY position DESC LIMIT 1))`

/** Tokens without a valid_from come last either way; the engines disagree about NULL. */
const SORT_SQL: Record<TokenSortKey, {ascending: string; descending: string}> = {
  name: {ascending: 'name', descending: 'name DESC'},
  description: {ascending: 'description', descending: 'description DESC'},
  createdAt: {ascending: 'created_at', descending: 'created_at DESC'},
  updatedAt: {ascending: 'updated_at', descending: 'updated_at DESC'},
  createdBy: {ascending: idOf('created_by'), descending: `${idOf('created_by')} DESC`},
  updatedBy: {ascending: idOf('updated_by'), descending: `${idOf('updated_by')} DESC`},
  validFrom: {
    ascending: `COALESCE(${VALID_FROM}, ${Number.MAX_SAFE_INTEGER})`,
    descending: `COALESCE(${VALID_FROM}, ${Number.MIN_SAFE_INTEGER}) DESC`,
  },
}

function idOf(actorColumn: string): string {
  return `REPLACE(${actorColumn}, 'token:', '')`
}

/** A key that comes again changes nothing, and would make ever new statements. */
function orderOf({sorts = []}: TokenPage): string {
  const keys = new Set<TokenSortKey>()
  const terms: string[] = []
  for (const {key, descending} of sorts) {
    if (!keys.has(key)) terms.push(SORT_SQL[key][descending ? 'descending' : 'ascending'])
    keys.add(key)
  }
  return [...terms, 'created_at', 'id'].join(', ')
}

interface ValueOfToken {
  tokenId: string
  fragment: string
  state: ValueState
  wasCurrent: number
  validFrom: number
  validUntil: number | null
  graceUntil: number | null
  lastUsedAt: number | null
}

type RoleOfToken = TokenRoleRow & {tokenId: string}

/**
 * Add values and roles to tokens by two queries for every thousand, whatever the filter and the order were. They ask for the
 * ids that were read: run over the same page again, they would miss tokens when the page has moved meanwhile.
 */
async function viewsOf(connection: SqlConnection, organizationId: string, tokens: TokenRow[]): Promise<TokenView[]> {
  const values = new Map<string, ValueOfToken[]>()
  const roles = new Map<string, TokenRoleRow[]>()
  for (let start = 0; start < tokens.length; start += IDS_MAX) {
    const ids = tokens.slice(start, start + IDS_MAX).map((token) => token.id)
    const params = [organizationId, ...padIds(ids)]
    for (const value of await connection.all<ValueOfToken>(valuesSql(params.length - 1), params)) {
      addTo(values, value.tokenId, value)
    }
    for (const {tokenId, ...role} of await connection.all<RoleOfToken>(rolesSql(params.length - 1), params)) {
      addTo(roles, tokenId, role)
    }
  }
  return tokens.map((token) => viewOf(token, values.get(token.id) ?? [], roles.get(token.id) ?? []))
}

const IDS_MAX = 1000

/** To one of few lengths, so that there are few statements to prepare; an id may stand in a list twice. */
function padIds(ids: string[]): string[] {
  const length = [1, 10, 100, IDS_MAX].find((size) => size >= ids.length) ?? IDS_MAX
  return [...ids, ...Array<string>(length - ids.length).fill(ids[0] ?? '')]
}

function valuesSql(idCount: number): string {
  return `SELECT token_id AS "tokenId", fragment, state, was_current AS "wasCurrent", valid_from AS "validFrom",
      valid_until AS "validUntil", grace_until AS "graceUntil", last_used_at AS "lastUsedAt"
    FROM token_value WHERE organization_id = ? AND token_id IN (${placeholders(idCount)})
    ORDER BY organization_id, token_id, position`
}

function rolesSql(idCount: number): string {
  return `SELECT token_id AS "tokenId", ${selectList(TOKEN_ROLE)}
    FROM token_role WHERE organization_id = ? AND token_id IN (${placeholders(idCount)})
    ORDER BY organization_id, token_id, position`
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

/** `values` in the order they were minted. */
function viewOf(token: TokenRow, values: ValueOfToken[], roles: TokenRoleRow[]): TokenView {
  const shown =
    values.find((value) => value.state === 'current') ?? values.findLast((value) => value.wasCurrent === 1) ?? null
  return {
    ...token,
    fragment: shown?.fragment ?? null,
    validFrom: shown?.validFrom ?? null,
    validUntil: shown?.validUntil ?? null,
    lastUsedAt: latest(values.map((value) => value.lastUsedAt)),
    pendingSince: latest(values.map((value) => (value.state === 'pending' ? value.validFrom : null))),
    graceUntil: latest(values.map((value) => (value.state === 'grace' ? value.graceUntil : null))),
    roles,
  }
}

function latest(times: (number | null)[]): number | null {
  return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null)
}
