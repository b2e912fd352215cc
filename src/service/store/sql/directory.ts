import type {AccountFilter, AccountRow, RoleFilter, RoleRow, StoreSession} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {createInList, joinWithAnd} from './in-list.ts'
import {placeMethods} from './places.ts'
import {createPrefixRange} from './prefix.ts'
import {insertRow, selectList, type Table} from './table.ts'

/** The methods for what an organization contains: workspaces, deployments, roles and accounts. */
export function directoryMethods(connection: SqlConnection) {
  return {...placeMethods(connection), ...roleMethods(connection), ...accountMethods(connection)}
}

function roleMethods(connection: SqlConnection) {
  return {
    listRoles(organizationId, vendor, filter = {}) {
      const where = roleCondition(organizationId, vendor, filter)
      const sql = `SELECT ${selectList(ROLE)} FROM role WHERE ${where.sql} ORDER BY created_at, id`
      return connection.all(sql, where.params)
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

function roleCondition(organizationId: string, vendor: string, {scopeTypes, names}: RoleFilter) {
  return joinWithAnd([
    {sql: 'organization_id = ? AND vendor = ?', params: [organizationId, vendor]},
    scopeTypes && createInList('scope_type', scopeTypes),
    names && createInList('name', names),
  ])
}

function accountMethods(connection: SqlConnection) {
  return {
    async listAccounts(organizationId, vendor, filter = {}) {
      const where = accountCondition(organizationId, vendor, filter)
      const order = filter.nameKey ? 'name_key' : 'created_at, id'
      const sql = `SELECT ${selectList(ACCOUNT)} FROM account WHERE ${where.sql} ORDER BY ${order} LIMIT ?`
      const params = [...where.params, filter.limit ?? Number.MAX_SAFE_INTEGER]
      const rows = await connection.all<Omit<AccountRow, 'admin'> & {admin: number}>(sql, params)
      return rows.map((row) => ({...row, admin: row.admin === 1}))
    },
    async insertAccount(row) {
      const nameTaken = 'ON CONFLICT (organization_id, vendor, name_key) DO NOTHING'
      return (await insertRow(connection, ACCOUNT, row, nameTaken)) === 1
    },
    async updateAccount({organizationId, id, settings, updatedAt}) {
      const sql = 'UPDATE account SET settings = ?, updated_at = ? WHERE organization_id = ? AND id = ?'
      await connection.run(sql, [settings, updatedAt, organizationId, id])
    },
    async deleteAccount(organizationId, id) {
      await connection.run('DELETE FROM account WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

function accountCondition(organizationId: string, vendor: string, {id, kind, nameKey}: AccountFilter) {
  const begins = nameKey?.prefix === undefined ? undefined : createPrefixRange('name_key', nameKey.prefix)
  return joinWithAnd([
    {sql: 'organization_id = ? AND vendor = ?', params: [organizationId, vendor]},
    id === undefined ? undefined : {sql: 'id = ?', params: [id]},
    kind === undefined ? undefined : {sql: 'kind = ?', params: [kind]},
    nameKey && {
      sql: begins ? `(name_key = ? OR ${begins.sql})` : 'name_key = ?',
      params: [nameKey.equal, ...(begins?.params ?? [])],
    },
  ])
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
    parentId: 'parent_id',
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
    settings: 'settings',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
}
