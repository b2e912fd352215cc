import type {StoreSession, TokenRoleRow, TokenRow} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {createInList, readInChunks} from './in-list.ts'
import {insertRow, listChanges, type Table, toParams} from './table.ts'
import {countNewToken, countStoredTokens, type NoteDeltas} from './token-counts.ts'

/**
 * The number of rows in one INSERT: few different statements, and few round trips to a remote
 * database.
 */
const ROLE_BATCH = 50

/** The methods that write tokens and their roles, and count tokens. token-views.ts reads them. */
export function tokenMethods(connection: SqlConnection, note: NoteDeltas) {
  /** Take a token from the counts, if it is live and the update will find it. */
  async function uncountDeleted(tx: SqlConnection, {organizationId, id, revision}: TokenRow): Promise<void> {
    const sql = 'token.organization_id = ? AND token.id = ? AND token.revision = ?'
    const only = {sql, params: [organizationId, id, revision]}
    note(organizationId, await countStoredTokens(tx, only, {amount: -1, rolesOnly: false}))
  }

  return {
    insertToken(row, roles) {
      return connection.transaction(async (tx) => {
        const nameTaken = 'ON CONFLICT (organization_id, vendor, unique_name) DO NOTHING'
        if ((await insertRow(tx, TOKEN, row, nameTaken)) === 0) return false
        await insertTokenRoles(tx, row.organizationId, row.id, roles)
        if (row.deletedAt === null) note(row.organizationId, await countNewToken(tx, row, roles))
        return true
      })
    },
    async updateToken(before, after) {
      if (after.revision !== before.revision + 1) throw new Error('An update raises the revision by one')
      return connection.transaction(async (tx) => {
        if (after.deletedAt !== null) await uncountDeleted(tx, before)
        // Only the columns that differ: SQLite writes each index with a column that is in the
        // statement, even if its value stays.
        const {assignments, params} = listChanges(TOKEN, before, after)
        const sql = `UPDATE token SET ${assignments} WHERE organization_id = ? AND id = ? AND revision = ?`
        return (await tx.run(sql, [...params, before.organizationId, before.id, before.revision])) === 1
      })
    },
    replaceTokenRoles(organizationId, tokenId, roles) {
      return connection.transaction(async (tx) => {
        const only = {sql: 'token.organization_id = ? AND token.id = ?', params: [organizationId, tokenId]}
        const before = await countStoredTokens(tx, only, {amount: -1, rolesOnly: true})
        const sql = 'DELETE FROM token_role WHERE organization_id = ? AND token_id = ?'
        await tx.run(sql, [organizationId, tokenId])
        await insertTokenRoles(tx, organizationId, tokenId, roles)
        note(organizationId, before + (await countStoredTokens(tx, only, {amount: 1, rolesOnly: true})))
      })
    },
    countTokensByOwner(organizationId) {
      const sql = `SELECT scope AS "scope", owner_id AS "ownerId", COUNT(*) AS "count" FROM token
        WHERE organization_id = ? AND deleted_at IS NULL GROUP BY scope, owner_id ORDER BY scope, owner_id`
      return connection.all(sql, [organizationId])
    },
    async listTokenVendors(organizationId) {
      const sql = `SELECT DISTINCT vendor AS "vendor" FROM token WHERE organization_id = ? AND deleted_at IS NULL
        ORDER BY vendor`
      const rows = await connection.all<{vendor: string}>(sql, [organizationId])
      return rows.map(({vendor}) => vendor)
    },
    deleteEntityRoles(organizationId, entityType, entityId, limit = Number.MAX_SAFE_INTEGER) {
      return connection.transaction(async (tx) => {
        const held = '((entity_type = ? AND entity_id = ?) OR deployment_id = ?)'
        const holders = `SELECT token_id FROM token_role WHERE organization_id = ? AND ${held}`
        const params = [organizationId, entityType, entityId, entityId]
        const live = 'SELECT id AS "id" FROM token WHERE organization_id = ? AND deleted_at IS NULL'
        const found = await tx.all<{id: string}>(`${live} AND id IN (${holders}) ORDER BY id LIMIT ?`, [
          organizationId,
          ...params,
          limit,
        ])
        const ids = found.map(({id}) => id)
        await readInChunks(ids, async (chunk) => {
          const listed = createInList('token.id', chunk)
          const only = {sql: `token.organization_id = ? AND ${listed.sql}`, params: [organizationId, ...listed.params]}
          const before = await countStoredTokens(tx, only, {amount: -1, rolesOnly: true})
          const holding = createInList('token_id', chunk)
          const sql = `DELETE FROM token_role WHERE organization_id = ? AND ${held} AND ${holding.sql}`
          await tx.run(sql, [...params, ...holding.params])
          note(organizationId, before + (await countStoredTokens(tx, only, {amount: 1, rolesOnly: true})))
          return []
        })
        return ids
      })
    },
  } satisfies Partial<StoreSession>
}

export const TOKEN: Table<TokenRow> = {
  name: 'token',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    vendor: 'vendor',
    scope: 'scope',
    ownerId: 'owner_id',
    kind: 'kind',
    name: 'name',
    uniqueName: 'unique_name',
    description: 'description',
    lifetimeMs: 'lifetime_ms',
    createdAt: 'created_at',
    createdBy: 'created_by',
    updatedAt: 'updated_at',
    updatedBy: 'updated_by',
    lastRotatedAt: 'last_rotated_at',
    deletedAt: 'deleted_at',
    deletedBy: 'deleted_by',
    revision: 'revision',
    fragment: 'fragment',
    validFrom: 'valid_from',
    validUntil: 'valid_until',
  },
}

export const TOKEN_ROLE: Table<TokenRoleRow> = {
  name: 'token_role',
  columns: {entityType: 'entity_type', entityId: 'entity_id', deploymentId: 'deployment_id', role: 'role'},
}

async function insertTokenRoles(
  connection: SqlConnection,
  organizationId: string,
  tokenId: string,
  roles: TokenRoleRow[],
): Promise<void> {
  const columns = `organization_id, token_id, position, ${Object.values(TOKEN_ROLE.columns).join(', ')}`
  for (let start = 0; start < roles.length; start += ROLE_BATCH) {
    const batch = roles.slice(start, start + ROLE_BATCH)
    const rows = batch.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')
    const params = batch.flatMap((role, index) => [
      organizationId,
      tokenId,
      start + index,
      ...toParams(TOKEN_ROLE, role),
    ])
    await connection.run(`INSERT INTO token_role (${columns}) VALUES ${rows}`, params)
  }
}
