import type {AuditRow, StoreSession} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {insertRow, selectList, type Table} from './table.ts'

export function auditMethods(connection: SqlConnection) {
  return {
    async insertAudit(row) {
      await insertRow(connection, AUDIT, row)
    },
    listAudit(organizationId) {
      const sql = `SELECT ${selectList(AUDIT)} FROM audit WHERE organization_id = ? ORDER BY audit.at, audit.id`
      return connection.all(sql, [organizationId])
    },
  } satisfies Partial<StoreSession>
}

const AUDIT: Table<AuditRow> = {
  name: 'audit',
  columns: {
    organizationId: 'organization_id',
    id: 'id',
    at: 'at',
    actorType: 'actor_type',
    actorId: 'actor_id',
    action: 'action',
    targetType: 'target_type',
    targetId: 'target_id',
    requestId: 'request_id',
    detail: 'detail',
  },
}
