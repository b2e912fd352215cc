import type {InstallationRow, SigningKeyRow, StoreSession} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {insertRow, selectList, type Table} from './table.ts'

/** The methods for the small tables that do not belong to an organization. */
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
    async listSeededVendors() {
      const rows = await connection.all<{vendor: string}>(LIST_SEEDED, [])
      return rows.map(({vendor}) => vendor)
    },
    async insertSeededVendor(vendor, seededAt) {
      const sql = 'INSERT INTO vendor_seed (vendor, seeded_at) VALUES (?, ?) ON CONFLICT (vendor) DO NOTHING'
      return (await connection.run(sql, [vendor, seededAt])) === 1
    },

    async listSigningKeys() {
      const sql = `SELECT ${selectList(SIGNING_KEY)} FROM signing_key ORDER BY active_from DESC, created_at DESC, id`
      const rows = await connection.all<Omit<SigningKeyRow, 'sealed'> & {sealed: number}>(sql, [])
      return rows.map((row) => ({...row, sealed: row.sealed === 1}))
    },
    async findActiveKey(nowMs, organizationId, {scope, ownerId}) {
      // Active keys come first, newest first, and then the others, oldest first.
      const newestActive = (column: string) => `CASE WHEN active_from <= ? THEN -${column} ELSE ${column} END`
      const sql = `SELECT id AS "id", CASE WHEN EXISTS (SELECT 1 FROM deletion WHERE organization_id = ?
          AND ((scope = ? AND owner_id = ?) OR (scope = '' AND owner_id = ''))) THEN 1 ELSE 0 END AS "ending"
        FROM signing_key WHERE retired_at IS NULL
        ORDER BY ${newestActive('active_from')}, ${newestActive('created_at')}, id LIMIT 1`
      const values = [organizationId, scope, ownerId, nowMs, nowMs]
      const [row] = await connection.all<{id: string; ending: number}>(sql, values)
      return row ? {id: row.id, isOwnerEnding: row.ending === 1} : null
    },
    async insertSigningKey(row) {
      await insertRow(connection, SIGNING_KEY, row)
    },
  } satisfies Partial<StoreSession>
}

const LIST_SEEDED = `SELECT vendor AS "vendor" FROM vendor_seed WHERE NOT EXISTS (
  SELECT 1 FROM organization WHERE deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM account WHERE account.organization_id = organization.organization_id
      AND account.vendor = vendor_seed.vendor AND account.admin = 1))`

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
