import type {InstallationRow, OrganizationRow, SigningKeyRow, StoreSession} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {insertRow, selectList, type Table} from './table.ts'

/** The small tables that belong to no organization, and the list of organizations. */
export function installationMethods(connection: SqlConnection) {
  return {
    async readInstallation() {
      const sql = `SELECT ${selectList(INSTALLATION)} FROM installation`
      const [row] = await connection.all<InstallationRow>(sql, [])
      if (!row) throw new Error('The store has no installation')
      return row
    },
    async insertInstallation(row) {
      await insertRow(connection, INSTALLATION, row)
    },

    async listSigningKeys() {
      const sql = `SELECT ${selectList(SIGNING_KEY)} FROM signing_key ORDER BY active_from DESC, created_at DESC, id`
      const rows = await connection.all<Omit<SigningKeyRow, 'sealed'> & {sealed: number}>(sql, [])
      return rows.map((row) => ({...row, sealed: row.sealed === 1}))
    },
    async insertSigningKey(row) {
      await insertRow(connection, SIGNING_KEY, row)
    },

    listOrganizations() {
      const sql = `SELECT ${selectList(ORGANIZATION)} FROM organization WHERE deleted_at IS NULL
        ORDER BY created_at, organization_id`
      return connection.all(sql, [])
    },
    async insertOrganization(row) {
      await insertRow(connection, ORGANIZATION, row)
    },
    deleteOrganization(organizationId, deletedAt) {
      return connection.transaction(async (tx) => {
        // In the order in which they refer to each other.
        for (const table of ['deployment', 'workspace', 'role', 'account']) {
          await tx.run(`DELETE FROM ${table} WHERE organization_id = ?`, [organizationId])
        }
        const sql = 'UPDATE organization SET deleted_at = ?, updated_at = ? WHERE organization_id = ?'
        await tx.run(sql, [deletedAt, deletedAt, organizationId])
      })
    },
  } satisfies Partial<StoreSession>
}

const INSTALLATION: Table<InstallationRow> = {
  name: 'installation',
  columns: {id: 'id', issuer: 'issuer', createdAt: 'created_at'},
}

const SIGNING_KEY: Table<SigningKeyRow> = {
  name: 'signing_key',
  columns: {
    id: 'id',
    publicJwk: 'public_jwk',
    privateKey: 'private_key',
    sealed: 'sealed',
    createdAt: 'created_at',
    activeFrom: 'active_from',
    retiredAt: 'retired_at',
  },
}

const ORGANIZATION: Table<OrganizationRow> = {
  name: 'organization',
  columns: {
    organizationId: 'organization_id',
    uuid: 'uuid',
    name: 'name',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}
