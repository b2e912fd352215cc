import type {
  DeploymentFilter,
  DeploymentRow,
  DirectoryPage,
  DirectorySortKey,
  OrganizationRow,
  Reach,
  StoreSession,
  WorkspaceFilter,
  WorkspaceRow,
} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {createInList, joinWithAnd, readInChunks, type SqlCondition} from './in-list.ts'
import {insertRow, selectList, type Table} from './table.ts'

/** The methods for organizations, workspaces and deployments. */
export function placeMethods(connection: SqlConnection) {
  return {...organizationMethods(connection), ...workspaceMethods(connection), ...deploymentMethods(connection)}
}

function organizationMethods(connection: SqlConnection) {
  return {
    async findOrganization(organizationId) {
      const sql = `SELECT ${selectList(ORGANIZATION)} FROM organization WHERE organization_id = ? AND deleted_at IS NULL`
      const [row] = await connection.all<OrganizationRow>(sql, [organizationId])
      return row ?? null
    },
    listOrganizations({names} = {}, page) {
      const live = {sql: 'organization.deleted_at IS NULL', params: []}
      const where = joinWithAnd([live, names && createInList('organization.name', names)])
      return listPage(connection, {...toPlaceRead(ORGANIZATION), id: 'organization_id', where}, page)
    },
    countOrganizations() {
      return count(connection, 'organization', {sql: 'deleted_at IS NULL', params: []})
    },
    async insertOrganization(row) {
      await insertRow(connection, ORGANIZATION, row)
    },
    deleteOrganization(organizationId, deletedAt) {
      return connection.transaction(async (tx) => {
        // In the order of their foreign keys: a deployment refers to its workspace.
        for (const table of ['deployment', 'workspace', 'role', 'account']) {
          await tx.run(`DELETE FROM ${table} WHERE organization_id = ?`, [organizationId])
        }
        const sql = 'UPDATE organization SET deleted_at = ?, updated_at = ? WHERE organization_id = ?'
        await tx.run(sql, [deletedAt, deletedAt, organizationId])
      })
    },
  } satisfies Partial<StoreSession>
}

function workspaceMethods(connection: SqlConnection) {
  return {
    findWorkspaces(organizationId, keys) {
      return readInChunks(keys, (ids) => {
        const where = workspaceCondition(organizationId, {ids})
        return connection.all(`SELECT ${selectList(WORKSPACE)} FROM workspace WHERE ${where.sql}`, where.params)
      })
    },
    listWorkspaces(organizationId, filter = {}, page) {
      const where = workspaceCondition(organizationId, filter)
      return listPage(connection, {...toPlaceRead(WORKSPACE), id: 'id', where}, page)
    },
    countWorkspaces(organizationId, filter = {}) {
      return count(connection, 'workspace', workspaceCondition(organizationId, filter))
    },
    async insertWorkspace(row) {
      await insertRow(connection, WORKSPACE, row)
    },
    async deleteWorkspace(organizationId, id) {
      await connection.run('DELETE FROM workspace WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

function deploymentMethods(connection: SqlConnection) {
  return {
    findDeployments(organizationId, keys) {
      return readInChunks(keys, (ids) => {
        const where = deploymentCondition(organizationId, {ids})
        return connection.all(
          `SELECT ${DEPLOYMENT_VIEW.select} FROM ${DEPLOYMENT_VIEW.from} WHERE ${where.sql}`,
          where.params,
        )
      })
    },
    listDeployments(organizationId, filter = {}, page) {
      const where = deploymentCondition(organizationId, filter)
      return listPage(connection, {...DEPLOYMENT_VIEW, id: 'id', where}, page)
    },
    countDeployments(organizationId, filter = {}) {
      return count(connection, 'deployment', deploymentCondition(organizationId, filter))
    },
    async insertDeployment(row) {
      await insertRow(connection, DEPLOYMENT, row)
    },
    async deleteDeployment(organizationId, id) {
      await connection.run('DELETE FROM deployment WHERE organization_id = ? AND id = ?', [organizationId, id])
    },
  } satisfies Partial<StoreSession>
}

function workspaceCondition(organizationId: string, {ids, names, reach}: WorkspaceFilter): SqlCondition {
  return joinWithAnd([
    {sql: 'workspace.organization_id = ?', params: [organizationId]},
    ids && createInList('workspace.id', ids),
    names && createInList('workspace.name', names),
    reach && reachedWorkspaces(organizationId, reach),
  ])
}

function reachedWorkspaces(organizationId: string, {workspaceIds, deploymentIds}: Reach): SqlCondition {
  const named = createInList('workspace.id', workspaceIds)
  const holding = createInList('deployment.id', deploymentIds)
  return {
    sql: `(${named.sql} OR workspace.id IN (
      SELECT deployment.workspace_id FROM deployment WHERE deployment.organization_id = ? AND ${holding.sql}))`,
    params: [...named.params, organizationId, ...holding.params],
  }
}

function deploymentCondition(organizationId: string, filter: DeploymentFilter): SqlCondition {
  const {ids, names, workspaceIds, reach} = filter
  return joinWithAnd([
    {sql: 'deployment.organization_id = ?', params: [organizationId]},
    ids && createInList('deployment.id', ids),
    names && createInList('deployment.name', names),
    workspaceIds && createInList('deployment.workspace_id', workspaceIds),
    reach && reachedDeployments(reach),
  ])
}

function reachedDeployments({workspaceIds, deploymentIds}: Reach): SqlCondition {
  const within = createInList('deployment.workspace_id', workspaceIds)
  const named = createInList('deployment.id', deploymentIds)
  return {sql: `(${within.sql} OR ${named.sql})`, params: [...within.params, ...named.params]}
}

const SORT_COLUMNS: Record<DirectorySortKey, string> = {
  name: 'name',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

interface PlaceRead {
  table: string
  select: string
  from: string
}

interface PlaceQuery extends PlaceRead {
  /** The column that is the key within an organization. */
  id: string
  where: SqlCondition
}

function listPage<Row>(
  connection: SqlConnection,
  {table, select, from, id, where}: PlaceQuery,
  {offset, limit, sorts = []}: DirectoryPage = {offset: 0, limit: Number.MAX_SAFE_INTEGER},
): Promise<Row[]> {
  const keys = new Map<string, string>()
  for (const {key, descending} of sorts) {
    const column = SORT_COLUMNS[key]
    if (!keys.has(column)) keys.set(column, descending ? `${column} DESC` : column)
  }
  const order = [...keys.values(), 'created_at', id].map((term) => `${table}.${term}`).join(', ')
  const sql = `SELECT ${select} FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`
  return connection.all(sql, [...where.params, limit, offset])
}

function toPlaceRead<Row>(table: Table<Row>): PlaceRead {
  return {table: table.name, select: selectList(table), from: table.name}
}

async function count(connection: SqlConnection, table: string, where: SqlCondition): Promise<number> {
  const sql = `SELECT COUNT(*) AS "count" FROM ${table} WHERE ${where.sql}`
  const [row] = await connection.all<{count: number}>(sql, where.params)
  return row?.count ?? 0
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

/**
 * Every deployment has a workspace. LEFT JOIN makes SQLite read the deployments in the order of an
 * index.
 */
const DEPLOYMENT_VIEW: PlaceRead = {
  table: DEPLOYMENT.name,
  select: `${selectList(DEPLOYMENT)}, workspace.name AS "workspaceName"`,
  from: `deployment LEFT JOIN workspace ON workspace.organization_id = deployment.organization_id
    AND workspace.id = deployment.workspace_id`,
}
