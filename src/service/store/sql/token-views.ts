import type {
  StoreSession,
  TokenFilter,
  TokenRoleRow,
  TokenRow,
  TokenValueRow,
  TokenView,
  TokenWithValues,
} from '../store.ts'
import type {SqlConnection, SqlValue} from './engine.ts'
import {createInList, readInChunks} from './in-list.ts'
import {selectList} from './table.ts'
import {
  CELLS,
  CELLS_WITH_VALUE,
  ID_CELL,
  NOTHING_USUAL,
  type RoleOfToken,
  readRole,
  readToken,
  readValue,
  type Usual,
  usualTexts,
} from './token-cells.ts'
import {toCondition, toOrder} from './token-filter.ts'
import {TOKEN, TOKEN_ROLE} from './tokens.ts'
import {IS_LIVE} from './values.ts'

/** Reading tokens as lists show them. */
export function tokenViewMethods(connection: SqlConnection) {
  return {
    async listTokens(organizationId, filter, page) {
      const {sql, params} = toCondition(organizationId, filter)
      const order = toOrder(page)
      const tokens = {organizationId, vendor: filter.vendor, usual: await readUsual(connection, organizationId, filter)}
      // The list of all needs no query within a query, which would copy every row once more.
      if (page.offset === 0 && page.limit === Number.MAX_SAFE_INTEGER) {
        return readViews(connection, {...tokens, from: 'token', where: `WHERE ${sql}`, params, order})
      }
      const from = `(SELECT * FROM token WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?) AS token`
      return readViews(connection, {...tokens, from, where: '', params: [...params, page.limit, page.offset], order})
    },
    async countTokens(organizationId, filter) {
      const {from, where, params} = countSource(organizationId, filter)
      const [row] = await connection.all<{count: number}>(
        `SELECT COUNT(*) AS "count" FROM ${from} WHERE ${where}`,
        params,
      )
      return row?.count ?? 0
    },
    async findToken(organizationId, vendor, id) {
      const [view] = await readByIds(connection, {organizationId, vendor, ids: [id]})
      return view ?? null
    },
    findTokens(organizationId, vendor, keys) {
      return readInChunks(keys, (ids) => readByIds(connection, {organizationId, vendor, ids}))
    },
    async findTokenWithLiveValues(organizationId, vendor, id) {
      const from = `token LEFT JOIN token_value ON token_value.organization_id = token.organization_id
        AND token_value.token_id = token.id AND ${IS_LIVE}`
      const where = 'WHERE token.organization_id = ? AND token.vendor = ? AND token.id = ?'
      return readWithValues(connection, {from, where, params: [organizationId, vendor, id]}, {organizationId, vendor})
    },
    async findTokenByHash(organizationId, sha256) {
      const from = `token_value JOIN token ON token.organization_id = token_value.organization_id
        AND token.id = token_value.token_id`
      const where = 'WHERE token_value.organization_id = ? AND token_value.sha256 = ?'
      const found = await readWithValues(connection, {from, where, params: [organizationId, sha256]}, {organizationId})
      const [value] = found?.values ?? []
      return found && value ? {token: found.token, value} : null
    },
    async listTokenIdsWithRole(organizationId, vendor, entityType, role) {
      const sql = `SELECT id FROM token WHERE organization_id = ? AND vendor = ? AND deleted_at IS NULL
        AND id IN (SELECT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND role = ?)
        ORDER BY created_at, id`
      const rows = await connection.all<{id: string}>(sql, [organizationId, vendor, organizationId, entityType, role])
      return rows.map((row) => row.id)
    },
    async findTokenIdByName(organizationId, filter, name) {
      const where = toCondition(organizationId, {...filter, show: 'live'})
      const sql = `SELECT id FROM token WHERE ${where.sql} AND name = ? ORDER BY created_at, id LIMIT 1`
      const [row] = await connection.all<{id: string}>(sql, [...where.params, name])
      return row?.id ?? null
    },
  } satisfies Partial<StoreSession>
}

/**
 * What to count. CROSS JOIN, which SQLite does in this order: the tokens of an entity are counted by its roles, however many others
 * there are.
 */
function countSource(
  organizationId: string,
  {entity, ...filter}: TokenFilter,
): Pick<TokenQuery, 'from' | 'where' | 'params'> {
  const {sql, params} = toCondition(organizationId, filter)
  if (!entity) return {from: 'token', where: sql, params}
  const held =
    'SELECT DISTINCT token_id FROM token_role WHERE organization_id = ? AND entity_type = ? AND entity_id = ?'
  return {
    from: `(${held}) AS held CROSS JOIN token`,
    where: `token.id = held.token_id AND ${sql}`,
    params: [organizationId, entity.type, entity.id, ...params],
  }
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
  return row ?? NOTHING_USUAL
}

function readByIds(
  connection: SqlConnection,
  {organizationId, vendor, ids}: {organizationId: string; vendor: string; ids: readonly string[]},
): Promise<TokenView[]> {
  const wanted = createInList('token.id', ids)
  const where = `WHERE token.organization_id = ? AND token.vendor = ? AND ${wanted.sql}`
  const params = [organizationId, vendor, ...wanted.params]
  return readViews(connection, {
    organizationId,
    vendor,
    usual: NOTHING_USUAL,
    from: 'token',
    where,
    params,
    order: 'token.id',
  })
}

const JOIN_ROLES =
  'LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id'

/**
 * The tokens that a query finds, with their roles: a row for each role. One statement, so that nothing is written between its
 * parts.
 */
async function readViews(connection: SqlConnection, query: TokenQuery): Promise<TokenView[]> {
  const {usual, from, where, params, order} = query
  const sql = `SELECT ${CELLS} FROM ${from} ${JOIN_ROLES} ${where} ORDER BY ${order}`
  const rows = await connection.rows(sql, [...usualTexts(usual), ...params])
  const views: TokenView[] = []
  let own: SqlValue[][] = []
  for (const cells of rows) {
    if (own[0] && own[0][ID_CELL] !== cells[ID_CELL]) {
      views.push(toView(own[0], own, query))
      own = []
    }
    own.push(cells)
  }
  if (own[0]) views.push(toView(own[0], own, query))
  return views
}

function toView(
  first: SqlValue[],
  rows: SqlValue[][],
  query: Pick<TokenQuery, 'organizationId' | 'vendor' | 'usual'>,
): TokenView {
  const roles: RoleOfToken[] = []
  for (const cells of rows) {
    const role = readRole(cells, query.usual)
    if (role) roles.push(role)
  }
  const inOrder = roles.sort((a, b) => a.position - b.position).map(({role}) => role)
  return Object.assign(readToken(first, query), {roles: inOrder})
}

/** One token and those of its secrets that `from` joins. A row for each role next to each secret: it has few that are live. */
async function readWithValues(
  connection: SqlConnection,
  {from, where, params}: Pick<TokenQuery, 'from' | 'where' | 'params'>,
  token: {organizationId: string; vendor?: string},
): Promise<TokenWithValues | null> {
  const sql = `SELECT ${CELLS_WITH_VALUE} FROM ${from} ${JOIN_ROLES} ${where} ORDER BY token_value.position`
  const rows = await connection.rows(sql, [...usualTexts(NOTHING_USUAL), ...params])
  const [first] = rows
  if (!first) return null
  const values = new Map<string, TokenValueRow>()
  const withRole = new Map<number, SqlValue[]>()
  for (const cells of rows) {
    const value = readValue(cells)
    if (value) values.set(value.sha256, value)
    withRole.set(readRole(cells, NOTHING_USUAL)?.position ?? -1, cells)
  }
  const vendor = token.vendor ?? readValue(first)?.vendor ?? ''
  const view = toView(first, [...withRole.values()], {...token, vendor, usual: NOTHING_USUAL})
  return {token: view, values: [...values.values()]}
}
