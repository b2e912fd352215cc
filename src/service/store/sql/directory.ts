import type {AccountRow, DeploymentRow, RoleRow, StoreSession, WorkspaceRow} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {insertRow, selectList, type Table} from './table.ts'

/** What an organization consists of: workspaces, deployments, roles, accounts. Lists are in order of creation, then id. */
export function directoryMethods(connection: SqlConnection) {
  return {...placeMethods(connection), ...roleMethods(connection), ...accountMethods(connection)}
}

function placeMethods(connection: SqlConnection) {
  return {
    listWorkspaces(organizationId) {
      const sql = `SELECT ${selectList(WORKSPACE)} FROM workspace WHERE organization_id = ? ORDER BY created_at, id`
      return connection.all(sql, [organizationId])
    },
    async insertWorkspace(row) {
      await insertRow(connection, WORKSPACE, row)
    },
    async deleteWorkspace(organizationId, id) {
      await connection.run('DELETE FROM workspace WHERE organization_id = ? AND id = ?', [organizationId, id])
    },

    listDeployments(organizationId) {
      const sql = `SELECT ${selectList(DEPLOYMENT)} FROM deployment WHERE organization_id = ? ORDER BY created_at, id`
      return connection.all(sql, [organizationId])
    },
    async findDeployment(organizationId, id) {
      const sql = `SELECT ${selectList(DEPLOYMENT)} FROM deployment WHERE organization_id = ? AND id = ?`
      const [row] = await connection.all<DeploymentRow>(sql, [organizationId, id])
      return row ?? null
    },
    async insertDeployment(row) {
      await insertRow(connection, DEPLOYMENT, row)
    },
    async deleteDeployment(organizationId, id) {
      await connection.run('DELETE FROM deployment WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

function roleMethods(connection: SqlConnection) {
  return {
    listRoles(organizationId, vendor) {
      const sql = `SELECT ${selectList(ROLE)} FROM role WHERE organization_id = ? AND vendor = ? ORDER BY created_at, id`
      return connection.all(sql, [organizationId, vendor])
    },
    async insertRole(row) {
      const nameTaken = 'ON CONFLICT (organization_id, vendor, scope_type, name) DO NOTHING'
      return (await insertRow(connection, ROLE, row, nameTaken)) === 1
    },
    async deleteRole(organizationId, id) {
      await connection.run('DELETE FROM role WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

function accountMethods(connection: SqlConnection) {
  return {
    async listAccounts(organizationId, vendor) {
      const sql = `SELECT ${selectList(ACCOUNT)} FROM account WHERE organization_id = ? AND vendor = ?
        ORDER BY created_at, id`
      const rows = await connection.all<Omit<AccountRow, 'admin'> & {admin: number}>(sql, [organizationId, vendor])
      return rows.map((row) => ({...row, admin: row.admin === 1}))
    },
    async insertAccount(row) {
      const nameTaken = 'ON CONFLICT (organization_id, vendor, name_key) DO NOTHING'
      return (await insertRow(connection, ACCOUNT, row, nameTaken)) === 1
    },
    async deleteAccount(organizationId, id) {
      await connection.run('DELETE FROM account WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

const WORKSPACE: Table<WorkspaceRow> = {
  name: 'workspace',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    name: 'name',
    description: 'description',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}

const DEPLOYMENT: Table<DeploymentRow> = {
  name: 'deployment',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    workspaceId: 'workspace_id',
    name: 'name',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}

const ROLE: Table<RoleRow> = {
  name: 'role',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    vendor: 'vendor',
    scopeType: 'scope_type',
    name: 'name',
    description: 'description',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}

const ACCOUNT: Table<AccountRow> = {
  name: 'account',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    vendor: 'vendor',
    name: 'name',
    nameKey: 'name_key',
    email: 'email',
    kind: 'kind',
    admin: 'admin',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}
