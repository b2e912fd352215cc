import type {StoreSession} from '../store.ts'
import type {SqlConnection} from './engine.ts'

/** The statements of the table that lists what is being deleted in steps. */
export function deletionTable(): string[] {
  return [
    // An empty scope and owner_id are for all tokens of the organization.
    `CREATE TABLE deletion (
      organization_id TEXT NOT NULL,
      scope TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      began_at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, scope, owner_id)
    )`,
  ]
}

/**
 * Return when the deletion of the owner of a token began, or of its organization; null if neither
 * is being deleted. It needs the table token. The table is nearly always empty.
 */
export const OWNER_DELETED_AT = `COALESCE(
  (SELECT began_at FROM deletion WHERE deletion.organization_id = token.organization_id
    AND deletion.scope = token.scope AND deletion.owner_id = token.owner_id),
  (SELECT began_at FROM deletion WHERE deletion.organization_id = token.organization_id
    AND deletion.scope = '' AND deletion.owner_id = ''))`

/** The methods for what is being deleted in steps. */
export function deletionMethods(connection: SqlConnection) {
  return {
    beginDeletion(organizationId, owners, beganAt) {
      return connection.transaction(async (tx) => {
        const sql = `INSERT INTO deletion (organization_id, scope, owner_id, began_at) VALUES (?, ?, ?, ?)
          ON CONFLICT (organization_id, scope, owner_id) DO NOTHING`
        for (const {scope, ownerId} of owners) await tx.run(sql, [organizationId, scope, ownerId, beganAt])
      })
    },
    async hasOtherOrganization(organizationId) {
      const sql = `SELECT 1 FROM organization WHERE deleted_at IS NULL AND organization_id <> ?
        AND NOT EXISTS (SELECT 1 FROM deletion WHERE deletion.organization_id = organization.organization_id
          AND deletion.scope = '' AND deletion.owner_id = '') LIMIT 1`
      const rows = await connection.rows(sql, [organizationId])
      return rows.length > 0
    },
    endDeletion(organizationId, owners) {
      return connection.transaction(async (tx) => {
        const sql = 'DELETE FROM deletion WHERE organization_id = ? AND scope = ? AND owner_id = ?'
        for (const {scope, ownerId} of owners) await tx.run(sql, [organizationId, scope, ownerId])
      })
    },
  } satisfies Partial<StoreSession>
}
