import type {StoreSession, TokenRoleRow, TokenRow} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {insertRow, type Table, toParams} from './table.ts'

/**
 * The number of rows in one INSERT: few different statements, and few round trips to a remote
 * database.
 */
const ROLE_BATCH = 50

/** The methods that write tokens and their roles, and count tokens. token-views.ts reads them. */
export function tokenMethods(connection: SqlConnection) {
  return {
    insertToken(row, roles) {
      return connection.transaction(async (tx) => {
        const nameTaken = 'ON CONFLICT (organization_id, vendor, unique_name) DO NOTHING'
        if ((await insertRow(tx, TOKEN, row, nameTaken)) === 0) return false
        await insertTokenRoles(tx, row.organizationId, row.id, roles)
        return true
      })
    },
    async updateToken(row) {
      const columns = Object.values(TOKEN.columns).map((column) => `${column} = ?`)
      const sql = `UPDATE token SET ${columns.join(', ')} WHERE organization_id = ? AND id = ? AND revision = ?`
      const params = [...toParams(TOKEN, row), row.organizationId, row.id, row.revision - 1]
      return (await connection.run(sql, params)) === 1
    },
    replaceTokenRoles(organizationId, tokenId, roles) {
      return connection.transaction(async (tx) => {
        const sql = 'DELETE FROM token_role WHERE organization_id = ? AND token_id = ?'
        await tx.run(sql, [organizationId, tokenId])
        await insertTokenRoles(tx, organizationId, tokenId, roles)
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
    async deleteEntityRoles(organizationId, entityType, entityId) {
      const sql = `DELETE FROM token_role
        WHERE organization_id = ? AND ((entity_type = ? AND entity_id = ?) OR deployment_id = ?)
          AND token_id IN (SELECT id FROM token WHERE organization_id = ? AND deleted_at IS NULL)
        RETURNING token_id AS "tokenId"`
      const params = [organizationId, entityType, entityId, entityId, organizationId]
      const rows = await connection.all<{tokenId: string}>(sql, params)
      return [...new Set(rows.map((row) => row.tokenId))].sort()
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
