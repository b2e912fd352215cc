import type {VendorSeed} from './seeds.ts'
import type {Signers} from './signing-keys.ts'
import type {AuditRow, InstallationRow, Store, StoreSession} from './store/store.ts'

/** What the token service is made of. */
export interface ServiceParts {
  store: Store
  installation: InstallationRow
  /** Epoch milliseconds. */
  now: () => number
  newSortableId: (nowMs: number) => string
  /** What the vendors add to each organization. */
  seeds: readonly VendorSeed[]
}

/** What all operations of the token service need. */
export interface ServiceContext extends ServiceParts {
  signers: Signers
}

/** Who makes a change: the owner of the store on the command line, or the token of a request. */
export interface Actor {
  type: 'local' | 'token'
  id: string
  requestId?: string
}

/** Return the actor in the format of the columns `created_by`, `updated_by` and `deleted_by`. */
export function actorKey(actor: Actor): string {
  return `${actor.type}:${actor.id}`
}

export interface Change {
  organizationId: string
  action: string
  targetType: string
  targetId: string
  /** Stored as JSON, never with a secret. */
  detail?: Record<string, unknown>
}

/** Record a change in the audit trail. Call it in the transaction that makes the change. */
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
