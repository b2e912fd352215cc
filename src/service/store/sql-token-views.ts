import type {SqlConnection, SqlValue} from './sql-engine.ts'
import type {StoreSession, TokenFilter, TokenPage, TokenRoleRow, TokenSortKey, TokenView} from './store.ts'

/** Reading tokens as lists show them. */
export function tokenViewMethods(connection: SqlConnection) {
  return {
    listTokens(organizationId, filter, page) {
      const {sql, params} = conditionOf(organizationId, filter)
      const query = {organizationId, vendor: filter.vendor, order: orderOf(page)}
      // The list of all needs no query within a query, which would copy every row once more.
      if (page.offset === 0 && page.limit === Number.MAX_SAFE_INTEGER)
        return readViews(connection, {...query, from: 'token', where: `WHERE ${sql}`, params})
      const from = `(SELECT * FROM token WHERE ${sql} ORDER BY ${query.order} LIMIT ? OFFSET ?) AS token`
      return readViews(connection, {...query, from, where: '', params: [...params, page.limit, page.offset]})
    },
    async countTokens(organizationId, filter) {
      const where = conditionOf(organizationId, filter)
      const sql = `SELECT COUNT(*) AS "count" FROM token WHERE ${where.sql}`
      const [row] = await connection.all<{count: number}>(sql, where.params)
      return row?.count ?? 0
    },
    async findToken(organizationId, vendor, id) {
      const where = 'WHERE token.organization_id = ? AND token.vendor = ? AND token.id = ?'
      const params = [organizationId, vendor, id]
      const query = {organizationId, vendor, from: 'token', where, params, order: 'token.id'}
      const [view] = await readViews(connection, query)
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
    'token.organization_id = ?',
    'token.vendor = ?',
    `token.deleted_at IS ${filter.show === 'deleted' ? 'NOT NULL' : 'NULL'}`,
  ]
  const params: SqlValue[] = [organizationId, filter.vendor]
  if (filter.scope !== undefined) {
    terms.push('token.scope = ?')
    params.push(filter.scope)
  }
  if (filter.kind !== undefined) {
    terms.push('token.kind = ?')
    params.push(filter.kind)
  }
  if (filter.entity) {
    // IN with its own organization_id, not EXISTS: an entity with few tokens is then found through the index of roles.
    terms.push(
      'token.id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND entity_id = ?)',
    )
    params.push(organizationId, filter.entity.type, filter.entity.id)
  }
  return {sql: terms.join(' AND '), params}
}

const VALUES_OF_TOKEN =
  'token_value WHERE token_value.organization_id = token.organization_id AND token_value.token_id = token.id'

/** Of the value in force; once every value is ended, of the one that was in force last. */
const VALID_FROM = `COALESCE((SELECT valid_from FROM ${VALUES_OF_TOKEN} AND state = 'current'),
  (SELECT valid_from FROM ${VALUES_OF_TOKEN} AND was_current = 1 ORDER BY position DESC LIMIT 1))`

/** Tokens without a valid_from come last either way; the engines disagree about NULL. */
const SORT_SQL: Record<TokenSortKey, {ascending: string; descending: string}> = {
  name: {ascending: 'token.name', descending: 'token.name DESC'},
  description: {ascending: 'token.description', descending: 'token.description DESC'},
  createdAt: {ascending: 'token.created_at', descending: 'token.created_at DESC'},
  updatedAt: {ascending: 'token.updated_at', descending: 'token.updated_at DESC'},
  validFrom: {
    ascending: `COALESCE(${VALID_FROM}, ${Number.MAX_SAFE_INTEGER})`,
    descending: `COALESCE(${VALID_FROM}, ${Number.MIN_SAFE_INTEGER}) DESC`,
  },
}

/** A key that comes again changes nothing, and would make ever new statements. */
function orderOf({sorts = []}: TokenPage): string {
  const keys = new Set<TokenSortKey>()
  const terms: string[] = []
  for (const {key, descending} of sorts) {
    if (!keys.has(key)) terms.push(SORT_SQL[key][descending ? 'descending' : 'ascending'])
    keys.add(key)
  }
  return [...terms, 'token.created_at', 'token.id'].join(', ')
}

/**
 * A row as `readViews` selects it: a token, one of its values and, beside its first value, one of its roles. Cells by their number,
 * because an object for each row takes as long as reading it.
 */
type Cells = [...TokenCells, ...ValueCells, ...RoleCells]

type TokenCells = [
  id: string,
  scope: string,
  ownerId: string,
  kind: string,
  name: string,
  uniqueName: string | null,
  description: string,
  lifetimeMs: number | null,
  createdAt: number,
  createdBy: string,
  updatedAt: number,
  updatedBy: string,
  lastRotatedAt: number | null,
  deletedAt: number | null,
  deletedBy: string | null,
  revision: number,
]
const TOKEN_CELLS = `token.id, token.scope, token.owner_id, token.kind, token.name, token.unique_name, token.description,
  token.lifetime_ms, token.created_at, token.created_by, token.updated_at, token.updated_by, token.last_rotated_at,
  token.deleted_at, token.deleted_by, token.revision`

/** All null for a token without a value. */
type ValueCells = [
  /** The greater, the later the value came into force; 0 where it never did. */
  rank: number | null,
  fragment: string | null,
  validFrom: number | null,
  validUntil: number | null,
  lastUsedAt: number | null,
  pendingSince: number | null,
]
const VALUE_CELLS = `CASE token_value.state WHEN 'current' THEN ${Number.MAX_SAFE_INTEGER}
    ELSE token_value.position * token_value.was_current END,
  token_value.fragment, token_value.valid_from, token_value.valid_until, token_value.last_used_at,
  CASE token_value.state WHEN 'pending' THEN token_value.valid_from END`

/** `position` is null in a row without a role. */
type RoleCells = [
  position: number | null,
  entityType: string,
  entityId: string,
  deploymentId: string | null,
  role: string,
]
const ROLE_CELLS =
  'token_role.position, token_role.entity_type, token_role.entity_id, token_role.deployment_id, token_role.role'

interface TokenQuery {
  organizationId: string
  vendor: string
  /** Where its tokens come from, under the name of token: of this organization and vendor only. */
  from: string
  where: string
  /** Of `from`, then of `where`. */
  params: SqlValue[]
  order: string
}

/**
 * The tokens that a query finds, with their values and roles. One statement, so that nothing is written between its parts. A token
 * has a row for each value and, beside its first value, for each role: every value beside every role would be too many. It always
 * has its first value, if any: values are kept for ever, because a value that has ended is not an unknown one.
 */
async function readViews(connection: SqlConnection, query: TokenQuery): Promise<TokenView[]> {
  const sql = `SELECT ${TOKEN_CELLS}, ${VALUE_CELLS}, ${ROLE_CELLS}
    FROM ${query.from}
    LEFT JOIN token_value ON token_value.organization_id = token.organization_id AND token_value.token_id = token.id
    LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id
      AND COALESCE(token_value.position, 1) = 1
    ${query.where} ORDER BY ${query.order}`
  const rows = await connection.rows<Cells>(sql, query.params)
  const views: TokenView[] = []
  let start = 0
  rows.forEach((cells, index) => {
    if (rows[index + 1]?.[0] === cells[0]) return
    const ownRows = start === index ? [cells] : rows.slice(start, index + 1).sort(byRolePosition)
    views.push(viewOf(query, cells, ownRows))
    start = index + 1
  })
  return views
}

function byRolePosition({22: a}: Cells, {22: b}: Cells): number {
  return (a ?? 0) - (b ?? 0)
}

function viewOf({organizationId, vendor}: TokenQuery, token: Cells, ownRows: Cells[]): TokenView {
  const {0: id, 1: scope, 2: ownerId, 3: kind, 4: name, 5: uniqueName, 6: description, 7: lifetimeMs} = token
  const {8: createdAt, 9: createdBy, 10: updatedAt, 11: updatedBy, 12: lastRotatedAt} = token
  const {13: deletedAt, 14: deletedBy, 15: revision} = token
  const {16: rank, 17: fragment, 18: validFrom, 19: validUntil} = ownRows.reduce(inForceLater)
  const wasInForce = rank !== null && rank > 0
  return {
    organizationId,
    id,
    vendor,
    scope,
    ownerId,
    kind,
    name,
    uniqueName,
    description,
    lifetimeMs,
    createdAt,
    createdBy,
    updatedAt,
    updatedBy,
    lastRotatedAt,
    deletedAt,
    deletedBy,
    revision,
    fragment: wasInForce ? fragment : null,
    validFrom: wasInForce ? validFrom : null,
    validUntil: wasInForce ? validUntil : null,
    lastUsedAt: ownRows.reduce(latestUse, null),
    pendingSince: ownRows.reduce(latestPending, null),
    roles: ownRows.filter(hasRole).map(roleOf),
  }
}

function inForceLater(a: Cells, b: Cells): Cells {
  return (b[16] ?? 0) > (a[16] ?? 0) ? b : a
}

function latestUse(latest: number | null, {20: lastUsedAt}: Cells): number | null {
  return later(latest, lastUsedAt)
}

function latestPending(latest: number | null, {21: pendingSince}: Cells): number | null {
  return later(latest, pendingSince)
}

function later(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a
}

function hasRole({22: position}: Cells): boolean {
  return position !== null
}

function roleOf({23: entityType, 24: entityId, 25: deploymentId, 26: role}: Cells): TokenRoleRow {
  return {entityType, entityId, deploymentId, role}
}
