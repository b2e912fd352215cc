import type {SqlConnection, SqlValue} from './sql-engine.ts'
import {cellsOf} from './sql-table.ts'
import {conditionOf, orderOf} from './sql-token-filter.ts'
import {TOKEN, TOKEN_ROLE} from './sql-tokens.ts'
import type {StoreSession, TokenRoleRow, TokenRow, TokenView, ValueState} from './store.ts'

/** Reading tokens as lists show them. */
export function tokenViewMethods(connection: SqlConnection) {
  return {
    listTokens(organizationId, filter, page) {
      const {sql, params} = conditionOf(organizationId, filter)
      const order = orderOf(page)
      // The list of all needs no query within a query, which would copy every row once more.
      if (page.offset === 0 && page.limit === Number.MAX_SAFE_INTEGER) {
        return readViews(connection, {from: 'token', where: `WHERE ${sql}`, params, order})
      }
      const from = `(SELECT * FROM token WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?) AS token`
      return readViews(connection, {from, where: '', params: [...params, page.limit, page.offset], order})
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
      const [view] = await readViews(connection, {from: 'token', where, params, order: 'token.id'})
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
  /** Where the tokens come from, under the name of token. */
  from: string
  where: string
  /** Of `from`, then of `where`. */
  params: SqlValue[]
  order: string
}

interface ValueOfToken {
  /** Null in a row of a token without a value. */
  position: number | null
  fragment: string
  state: ValueState
  wasCurrent: number
  validFrom: number
  validUntil: number | null
  graceUntil: number | null
  lastUsedAt: number | null
}

/** `position` is null in a row without a role. */
type RoleOfToken = TokenRoleRow & {position: number | null}

const TOKEN_CELLS = cellsOf(TOKEN, 0)
const VALUE_CELLS = cellsOf<ValueOfToken>(
  {
    name: 'token_value',
    columns: {
      position: 'position',
      fragment: 'fragment',
      state: 'state',
      wasCurrent: 'was_current',
      validFrom: 'valid_from',
      validUntil: 'valid_until',
      graceUntil: 'grace_until',
      lastUsedAt: 'last_used_at',
    },
  },
  TOKEN_CELLS.end,
)
const ROLE_CELLS = cellsOf<RoleOfToken>(
  {name: 'token_role', columns: {...TOKEN_ROLE.columns, position: 'position'}},
  VALUE_CELLS.end,
)

/**
 * The tokens that a query finds, with their values and roles. One statement, so that nothing is written between its parts. A token
 * has a row for each value and, beside its first value, for each role: every value beside every role would be too many. It always
 * has its first value, if any: values are kept as long as their token, because a value that has ended is not an unknown one.
 */
async function readViews(connection: SqlConnection, {from, where, params, order}: TokenQuery): Promise<TokenView[]> {
  const sql = `SELECT ${TOKEN_CELLS.list}, ${VALUE_CELLS.list}, ${ROLE_CELLS.list}
    FROM ${from}
    LEFT JOIN token_value ON token_value.organization_id = token.organization_id AND token_value.token_id = token.id
    LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id
      AND COALESCE(token_value.position, 1) = 1
    ${where} ORDER BY ${order}`
  const rows = await connection.rows(sql, params)
  const views: TokenView[] = []
  let start = 0
  rows.forEach((cells, index) => {
    const next = rows[index + 1]
    if (next && isSameToken(next, cells)) return
    views.push(viewOf(cells, rows.slice(start, index + 1)))
    start = index + 1
  })
  return views
}

function isSameToken(a: SqlValue[], b: SqlValue[]): boolean {
  const {id, organizationId} = TOKEN_CELLS.at
  return a[id] === b[id] && a[organizationId] === b[organizationId]
}

function viewOf(cells: SqlValue[], ownRows: SqlValue[][]): TokenView {
  const values = ownRows.map(readValue).filter(hasPosition).sort(byPosition)
  const roles = ownRows.map(readRole).filter(hasPosition).sort(byPosition)
  const shown =
    values.find((value) => value.state === 'current') ?? values.findLast((value) => value.wasCurrent === 1) ?? null
  return {
    ...readToken(cells),
    fragment: shown?.fragment ?? null,
    validFrom: shown?.validFrom ?? null,
    validUntil: shown?.validUntil ?? null,
    graceUntil: latest(values.map((value) => (value.state === 'grace' ? value.graceUntil : null))),
    lastUsedAt: latest(values.map((value) => value.lastUsedAt)),
    pendingSince: latest(values.map((value) => (value.state === 'pending' ? value.validFrom : null))),
    roles: roles.map(({entityType, entityId, deploymentId, role}) => ({entityType, entityId, deploymentId, role})),
  }
}

// Written out, because an object whose properties are set one by one by their names takes five times as long to make.

function readToken(cells: SqlValue[]): TokenRow {
  const {at} = TOKEN_CELLS
  return {
    organizationId: cells[at.organizationId] as string,
    id: cells[at.id] as string,
    vendor: cells[at.vendor] as string,
    scope: cells[at.scope] as string,
    ownerId: cells[at.ownerId] as string,
    kind: cells[at.kind] as string,
    name: cells[at.name] as string,
    uniqueName: cells[at.uniqueName] as string | null,
    description: cells[at.description] as string,
    lifetimeMs: cells[at.lifetimeMs] as number | null,
    createdAt: cells[at.createdAt] as number,
    createdBy: cells[at.createdBy] as string,
    updatedAt: cells[at.updatedAt] as number,
    updatedBy: cells[at.updatedBy] as string,
    lastRotatedAt: cells[at.lastRotatedAt] as number | null,
    deletedAt: cells[at.deletedAt] as number | null,
    deletedBy: cells[at.deletedBy] as string | null,
    revision: cells[at.revision] as number,
  }
}

function readValue(cells: SqlValue[]): ValueOfToken {
  const {at} = VALUE_CELLS
  return {
    position: cells[at.position] as number | null,
    fragment: cells[at.fragment] as string,
    state: cells[at.state] as ValueState,
    wasCurrent: cells[at.wasCurrent] as number,
    validFrom: cells[at.validFrom] as number,
    validUntil: cells[at.validUntil] as number | null,
    graceUntil: cells[at.graceUntil] as number | null,
    lastUsedAt: cells[at.lastUsedAt] as number | null,
  }
}

function readRole(cells: SqlValue[]): RoleOfToken {
  const {at} = ROLE_CELLS
  return {
    entityType: cells[at.entityType] as string,
    entityId: cells[at.entityId] as string,
    deploymentId: cells[at.deploymentId] as string | null,
    role: cells[at.role] as string,
    position: cells[at.position] as number | null,
  }
}

interface Positioned {
  position: number
}

function hasPosition<Item extends {position: number | null}>(item: Item): item is Item & Positioned {
  return item.position !== null
}

function byPosition(a: Positioned, b: Positioned): number {
  return a.position - b.position
}

function latest(times: (number | null)[]): number | null {
  return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null)
}
