import type {TokenFilter, TokenRoleRow, TokenRow} from '../store.ts'
import type {SqlConnection, SqlEngine, SqlValue} from './engine.ts'
import {createInList, joinWithAnd, type SqlCondition} from './in-list.ts'
import {JOIN_COUNTED_ROLES} from './schema-counts.ts'

/** Notes that rows of changes were inserted or met, so that they are folded when they are many. */
export type NoteDeltas = (organizationId: string, count: number) => void

/** How many rows of changes an organization may have before they are folded into its counts. */
const DELTAS_MAX = 1000

const COLUMNS = 'organization_id, vendor, entity_type, entity_id, scope, kind'

/** Insert what a new token adds to the counts: one for all tokens, one for each entity. */
export async function countNewToken(
  connection: SqlConnection,
  {organizationId, vendor, scope, kind}: TokenRow,
  roles: TokenRoleRow[],
): Promise<number> {
  const entities = new Map(roles.map(({entityType, entityId}) => [`${entityType}/${entityId}`, [entityType, entityId]]))
  const rows = [['', ''], ...entities.values()]
  const params = rows.flatMap(([type = '', id = '']) => [organizationId, vendor, type, id, scope, kind])
  const values = rows.map(() => '(?, ?, ?, ?, ?, ?, 1)').join(', ')
  return connection.run(`INSERT INTO token_count_delta (${COLUMNS}, amount) VALUES ${values}`, params)
}

/**
 * Insert what these live tokens add to the counts, or take from them, as they are stored now.
 * `tokens` is a condition on the table token. `rolesOnly`: the tokens stay, but their roles change.
 */
export async function countStoredTokens(
  connection: SqlConnection,
  tokens: SqlCondition,
  {amount, rolesOnly}: {amount: 1 | -1; rolesOnly: boolean},
): Promise<number> {
  const where = `token.deleted_at IS NULL AND ${tokens.sql}`
  const ofAll = `SELECT token.organization_id, token.vendor, '', '', token.scope, token.kind, ${amount}
    FROM token WHERE ${where}`
  // DISTINCT with the id: a token can have several roles on one entity.
  const ofRoles = `SELECT organization_id, vendor, entity_type, entity_id, scope, kind, ${amount} FROM (
    SELECT DISTINCT token.organization_id, token.vendor, token_role.entity_type, token_role.entity_id, token.scope,
      token.kind, token.id
    FROM token ${JOIN_COUNTED_ROLES}
    WHERE ${where}) AS held`
  const sql = `INSERT INTO token_count_delta (${COLUMNS}, amount) ${rolesOnly ? ofRoles : `${ofAll} UNION ALL ${ofRoles}`}`
  return connection.run(sql, rolesOnly ? tokens.params : [...tokens.params, ...tokens.params])
}

/** Return whether the counts have the answer for this filter. */
export function isCounted({show = 'live', prefix, ownerId, ownerIds, roleOnAny}: TokenFilter): boolean {
  return show === 'live' && !prefix && [ownerId, ownerIds, roleOnAny].every((part) => part === undefined)
}

/** Return how many live tokens match a filter that is counted. */
export async function readTokenCount(
  connection: SqlConnection,
  {organizationId, note}: {organizationId: string; note: NoteDeltas},
  {vendor, entity, scope, kinds}: TokenFilter,
): Promise<number> {
  const where = joinWithAnd([
    {sql: 'organization_id = ? AND vendor = ?', params: [organizationId, vendor]},
    {sql: 'entity_type = ? AND entity_id = ?', params: [entity?.type ?? '', entity?.id ?? '']},
    scope === undefined ? undefined : {sql: 'scope = ?', params: [scope]},
    kinds && createInList('kind', kinds),
  ])
  // One statement, so that no fold comes between its parts.
  const sql = `SELECT COALESCE((SELECT SUM(count) FROM token_count WHERE ${where.sql}), 0)
      + COALESCE((SELECT SUM(amount) FROM token_count_delta WHERE ${where.sql}), 0),
    (SELECT COUNT(*) FROM token_count_delta WHERE organization_id = ?)`
  const [cells] = await connection.rows(sql, [...where.params, ...where.params, organizationId])
  const [count = 0, deltas = 0] = (cells ?? []) as number[]
  if (deltas > DELTAS_MAX) note(organizationId, deltas)
  return count
}

/** Create the function that folds the rows of changes in the background when they are many. */
export function createFolder(engine: SqlEngine): NoteDeltas {
  const noted = new Map<string, number>()
  return (organizationId, count) => {
    const total = (noted.get(organizationId) ?? 0) + count
    noted.set(organizationId, total)
    if (total <= DELTAS_MAX) return
    noted.set(organizationId, 0)
    // If the store is locked or read-only, a later change or count tries again.
    engine.transaction((tx) => foldTokenCounts(tx, organizationId), {wait: false}).catch(() => {})
  }
}

/** Add the rows of changes to the counts. Call it in a transaction. */
async function foldTokenCounts(connection: SqlConnection, organizationId: string): Promise<void> {
  const only: SqlValue[] = [organizationId]
  await connection.run(
    `INSERT INTO token_count (${COLUMNS}, count)
      SELECT ${COLUMNS}, SUM(amount) FROM token_count_delta WHERE organization_id = ? GROUP BY ${COLUMNS}
      ON CONFLICT (${COLUMNS}) DO UPDATE SET count = token_count.count + excluded.count`,
    only,
  )
  await connection.run('DELETE FROM token_count_delta WHERE organization_id = ?', only)
  await connection.run('DELETE FROM token_count WHERE organization_id = ? AND count = 0', only)
}
