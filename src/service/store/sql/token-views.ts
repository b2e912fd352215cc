import type {StoreSession, TokenFilter, TokenRoleRow, TokenRow, TokenView} from '../store.ts'
import type {SqlConnection, SqlValue} from './engine.ts'
import {selectList} from './table.ts'
import {
  CELLS,
  ID_CELL,
  NOTHING_USUAL,
  type RoleOfToken,
  readRole,
  readToken,
  readValue,
  type Usual,
  usualTexts,
  type ValueOfToken,
} from './token-cells.ts'
import {conditionOf, orderOf} from './token-filter.ts'
import {TOKEN, TOKEN_ROLE} from './tokens.ts'

/** Reading tokens as lists show them. */
export function tokenViewMethods(connection: SqlConnection) {
  return {
    async listTokens(organizationId, filter, page) {
      const {sql, params} = conditionOf(organizationId, filter)
      const order = orderOf(page)
      const tokens = {organizationId, vendor: filter.vendor, usual: await readUsual(connection, organizationId, filter)}
      // The list of all needs no query within a query, which would copy every row once more.
      if (page.offset === 0 && page.limit === Number.MAX_SAFE_INTEGER) {
        return readViews(connection, {...tokens, from: 'token', where: `WHERE ${sql}`, params, order})
      }
      const from = `(SELECT * FROM token WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?) AS token`
      return readViews(connection, {...tokens, from, where: '', params: [...params, page.limit, page.offset], order})
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
      const tokens = {organizationId, vendor, usual: NOTHING_USUAL}
      const [view] = await readViews(connection, {...tokens, from: 'token', where, params, order: 'token.id'})
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

interface TokenQuery {
  /** Of all tokens that it finds. */
  organizationId: string
  vendor: string
  usual: Usual
  /** Where the tokens come from, under the name of token. */
  from: string
  where: string
  /** Of `from`, then of `where`. */
  params: SqlValue[]
  order: string
}

/** What any token of the vendor has, or any one with a role on the entity where the filter names one. */
async function readUsual(connection: SqlConnection, organizationId: string, filter: TokenFilter): Promise<Usual> {
  const {entity, vendor} = filter
  // One condition alone, so that the first row that an index gives is the answer.
  const [condition, params] = entity
    ? ['token_role.entity_type = ? AND token_role.entity_id = ?', [entity.type, entity.id]]
    : ['token.vendor = ?', [vendor]]
  const sql = `SELECT ${selectList(TOKEN)}, ${selectList(TOKEN_ROLE)}
    FROM token
    LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id
    WHERE token.organization_id = ? AND ${condition} LIMIT 1`
  const [row] = await connection.all<TokenRow & TokenRoleRow>(sql, [organizationId, ...params])
  return row ? {...row, state: 'current'} : NOTHING_USUAL
}

/**
 * The tokens that a query finds, with their values and roles. One statement, so that nothing is written between its parts. A token
 * has a row for each value and, beside its first value, for each role: every value beside every role would be too many. It always
 * has its first value, if any: values are kept as long as their token, because a value that has ended is not an unknown one.
 */
async function readViews(connection: SqlConnection, query: TokenQuery): Promise<TokenView[]> {
  const {usual, from, where, params, order} = query
  const sql = `SELECT ${CELLS} FROM ${from}
    LEFT JOIN token_value ON token_value.organization_id = token.organization_id AND token_value.token_id = token.id
    LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id
      AND COALESCE(token_value.position, 1) = 1
    ${where} ORDER BY ${order}`
  const rows = await connection.rows(sql, [...usualTexts(usual), ...params])
  const views: TokenView[] = []
  let own: SqlValue[][] = []
  for (const cells of rows) {
    if (own[0] && own[0][ID_CELL] !== cells[ID_CELL]) {
      views.push(viewOf(own[0], own, query))
      own = []
    }
    own.push(cells)
  }
  if (own[0]) views.push(viewOf(own[0], own, query))
  return views
}

function viewOf(first: SqlValue[], rows: SqlValue[][], query: TokenQuery): TokenView {
  const view: TokenView = {
    ...readToken(first, query),
    fragment: null,
    validFrom: null,
    validUntil: null,
    graceUntil: null,
    lastUsedAt: null,
    pendingSince: null,
    roles: [],
  }
  const roles: RoleOfToken[] = []
  let shown: ValueOfToken | null = null
  for (const cells of rows) {
    const value = readValue(cells, query.usual)
    if (value) {
      if (isShownBefore(value, shown)) shown = value
      view.lastUsedAt = later(view.lastUsedAt, value.lastUsedAt)
      if (value.state === 'grace') view.graceUntil = later(view.graceUntil, value.graceUntil)
      if (value.state === 'pending') view.pendingSince = later(view.pendingSince, value.validFrom)
    }
    const role = readRole(cells, query.usual)
    if (role) roles.push(role)
  }
  if (shown) {
    view.fragment = shown.fragment
    view.validFrom = shown.validFrom
    view.validUntil = shown.validUntil
  }
  view.roles = roles.sort((a, b) => a.position - b.position).map(({role}) => role)
  return view
}

/** The current value, or else the one that was current last. */
function isShownBefore(value: ValueOfToken, shown: ValueOfToken | null): boolean {
  if (value.state === 'current') return true
  return value.wasCurrent === 1 && shown?.state !== 'current' && value.position > (shown?.position ?? 0)
}

function later(a: number | null, b: number | null): number | null {
  return b === null || (a !== null && a > b) ? a : b
}
