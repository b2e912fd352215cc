import type {StoreSession, TokenFilter, TokenPage, TokenValueRow, TokenView, TokenWithValues} from '../store.ts'
import {OWNER_DELETED_AT} from './deletions.ts'
import type {SqlConnection, SqlValue} from './engine.ts'
import {createInList, readInChunks} from './in-list.ts'
import {readListRows} from './list-rows.ts'
import {
  CELLS,
  CELLS_WITH_VALUE,
  ID_CELL,
  JOIN_ROLES,
  type RoleOfToken,
  readRole,
  readToken,
  readValue,
} from './token-cells.ts'
import {isCounted, type NoteDeltas, readTokenCount} from './token-counts.ts'
import {toCondition, toOrder, toStart} from './token-filter.ts'
import {IS_LIVE} from './values.ts'

/** The methods that read tokens with their roles, as lists show them. */
export function tokenViewMethods(connection: SqlConnection, note: NoteDeltas) {
  return {
    async listTokens(organizationId, filter, page) {
      const statement = toListStatement(organizationId, filter, page)
      const rows = await readListRows(connection, {organizationId, filter}, statement)
      return toViews(rows, {organizationId, vendor: filter.vendor})
    },
    async countTokens(organizationId, filter) {
      if (isCounted(filter)) return readTokenCount(connection, {organizationId, note}, filter)
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
      const source = {from, where, params: [organizationId, vendor, id]}
      const found = await readWithValues(connection, source, {organizationId, vendor})
      return found && {token: found.token, values: found.values}
    },
    async findTokenByHash(organizationId, sha256) {
      const from = `token_value JOIN token ON token.organization_id = token_value.organization_id
        AND token.id = token_value.token_id`
      const where = 'WHERE token_value.organization_id = ? AND token_value.sha256 = ?'
      const source = {from, where, params: [organizationId, sha256]}
      const found = await readWithValues(connection, source, {organizationId}, OWNER_DELETED_AT)
      const [value] = found?.values ?? []
      return found && value ? {token: found.token, value: endWithOwner(value, found.last)} : null
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

/** Return the statement of a list, from FROM on. */
function toListStatement(
  organizationId: string,
  filter: TokenFilter,
  page: TokenPage,
): {sql: string; params: SqlValue[]} {
  const {sql: where, params} = toCondition(organizationId, filter)
  const order = toOrder(page)
  // To read the whole list, no subquery: it would copy every row once more.
  if (page.offset === 0 && page.limit === Number.MAX_SAFE_INTEGER) {
    return {sql: `FROM token ${JOIN_ROLES} WHERE ${where} ORDER BY ${order}`, params}
  }
  const start = toStart(page)
  const tokens = `SELECT * FROM token WHERE ${where}${start ? ` AND ${start.sql}` : ''} ORDER BY ${order} LIMIT ? OFFSET ?`
  return {
    sql: `FROM (${tokens}) AS token ${JOIN_ROLES} ORDER BY ${order}`,
    params: [...params, ...(start?.params ?? []), page.limit, start ? 0 : page.offset],
  }
}

interface TokenSource {
  /** The tables with their joins. The table of tokens is named `token`. */
  from: string
  where: string
  /** The parameters of `from`, then those of `where`. */
  params: SqlValue[]
}

/**
 * Return the tables and condition for a count. SQLite runs a CROSS JOIN in the order it is written.
 * So the tokens of an entity are found by its roles, and the other tokens are not read.
 */
function countSource(organizationId: string, {entity, ...filter}: TokenFilter): TokenSource {
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

async function readByIds(
  connection: SqlConnection,
  {organizationId, vendor, ids}: {organizationId: string; vendor: string; ids: readonly string[]},
): Promise<TokenView[]> {
  const wanted = createInList('token.id', ids)
  const sql = `SELECT ${CELLS.join(', ')} FROM token ${JOIN_ROLES}
    WHERE token.organization_id = ? AND token.vendor = ? AND ${wanted.sql} ORDER BY token.id`
  const rows = await connection.rows(sql, [organizationId, vendor, ...wanted.params])
  return toViews(rows, {organizationId, vendor})
}

interface TokenOrigin {
  organizationId: string
  vendor: string
}

/**
 * Convert rows to tokens. There is one row for each role, and the rows of one token are adjacent.
 */
function toViews(rows: SqlValue[][], origin: TokenOrigin): TokenView[] {
  const views: TokenView[] = []
  let own: SqlValue[][] = []
  for (const cells of rows) {
    if (own[0] && own[0][ID_CELL] !== cells[ID_CELL]) {
      views.push(toView(own[0], own, origin))
      own = []
    }
    own.push(cells)
  }
  if (own[0]) views.push(toView(own[0], own, origin))
  return views
}

function toView(first: SqlValue[], rows: SqlValue[][], origin: TokenOrigin): TokenView {
  const roles: RoleOfToken[] = []
  for (const cells of rows) {
    const role = readRole(cells)
    if (role) roles.push(role)
  }
  const inOrder = roles.sort((a, b) => a.position - b.position).map(({role}) => role)
  return Object.assign(readToken(first, origin), {roles: inOrder})
}

/**
 * Read one token and the secrets that `from` joins, and `lastCell`, an expression. There is a row
 * for each pair of role and secret, which is few.
 */
async function readWithValues(
  connection: SqlConnection,
  {from, where, params}: TokenSource,
  token: {organizationId: string; vendor?: string},
  lastCell = 'NULL',
): Promise<(TokenWithValues & {last: SqlValue}) | null> {
  const sql = `SELECT ${CELLS_WITH_VALUE.join(', ')}, ${lastCell} FROM ${from} ${JOIN_ROLES} ${where} ORDER BY token_value.position`
  const rows = await connection.rows(sql, params)
  const [first] = rows
  if (!first) return null
  const values = new Map<string, TokenValueRow>()
  const withRole = new Map<number, SqlValue[]>()
  for (const cells of rows) {
    const value = readValue(cells)
    if (value) values.set(value.sha256, value)
    withRole.set(readRole(cells)?.position ?? -1, cells)
  }
  const vendor = token.vendor ?? readValue(first)?.vendor ?? ''
  const view = toView(first, [...withRole.values()], {...token, vendor})
  return {token: view, values: [...values.values()], last: first.at(-1) ?? null}
}

/** Return a secret as ended if the deletion of its owner has begun. */
function endWithOwner(value: TokenValueRow, ownerDeletedAt: SqlValue): TokenValueRow {
  if (ownerDeletedAt === null || value.state === 'ended') return value
  return {...value, state: 'ended', endedAt: Number(ownerDeletedAt), endReason: 'deleted'}
}
