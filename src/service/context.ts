import type {AuditRow, InstallationRow, Store, StoreSession} from './store/store.ts'

/** What every rule of the token service works with. */
export interface ServiceContext {
  store: Store
  installation: InstallationRow
  /** Epoch milliseconds. */
  now: () => number
  newSortableId: (nowMs: number) => string
}

/** Who makes a change: the owner of the store at the command line, or the token of a request. */
export interface Actor {
  type: 'local' | 'token'
  id: string
  requestId?: string
}

/** An actor as the columns `created_by`, `updated_by` and `deleted_by` hold it. */
export function actorKey(actor: Actor): string {
  return `${actor.type}:${actor.id}`
}

export interface Change {
  organizationId: string
  action: string
  targetType: string
  targetId: string
  /** Never a secret; becomes JSON. */
  detail?: Record<string, unknown>
}

/** Note a change in the audit trail; call it in the transaction that makes the change. */
export async function recordChange(
  context: ServiceContext,
  session: StoreSession,
  actor: Actor,
  change: Change,
): Promise<void> {
  const at = context.now()
  const row: AuditRow = {
    organizationId: change.organizationId,
    id: context.newSortableId(at),
    at,
    actorType: actor.type,
    actorId: actor.id,
    action: change.action,
    targetType: change.targetType,
    targetId: change.targetId,
    requestId: actor.requestId ?? null,
    detail: JSON.stringify(change.detail ?? {}),
  }
  await session.insertAudit(row)
}
