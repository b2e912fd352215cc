import {type Actor, actorKey, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenRoleRow, TokenRow, TokenView} from '../store/store.ts'
import {mintValue, pickShown} from './mint.ts'
import {formatUniqueName, nameConflict, refuseTakenName} from './names.ts'
import type {TokenPolicy} from './policy.ts'

export interface TokenSpec {
  organizationId: string
  scope: string
  ownerId: string
  kind: string
  name: string
  description: string
  /** How long each secret is valid, in milliseconds; null for no limit. */
  lifetimeMs: number | null
  roles: TokenRoleRow[]
  /** Refuse the name if a live token of the same owner has it, among the kinds in the same list. */
  uniqueName: boolean
  /** Throw if the caller may not create this token. Runs in the transaction that creates it. */
  allow: (session: StoreSession) => Promise<void>
}

export interface IssuedToken {
  secret: string
  token: TokenView
}

/**
 * Create a token with its first secret. If the name must be unique and is taken, throw CONFLICT
 * with the id.
 */
export async function issueToken(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: TokenSpec,
): Promise<IssuedToken> {
  return context.store.transaction(async (session) => {
    await spec.allow(session)
    const named = newToken(context, policy, actor, spec)
    if (spec.uniqueName) await refuseTakenName(session, policy, named, spec.name)
    const {secret, row} = await mintValue(context, session, policy, {token: named, roles: spec.roles, state: 'current'})
    const token = {...named, ...pickShown(row)}
    if (!(await session.insertToken(token, spec.roles))) throw nameConflict(spec.name)
    await session.insertValue(row)
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'token.create',
      targetType: 'token',
      targetId: token.id,
      detail: {
        vendor: policy.vendor,
        scope: spec.scope,
        name: spec.name,
        roles: spec.roles,
        lifetimeMs: spec.lifetimeMs,
      },
    })
    const unused = {lastUsedAt: null, pendingSince: null, graceUntil: null}
    return {secret, token: {...token, ...unused, roles: spec.roles}}
  })
}

function newToken(context: ServiceContext, policy: TokenPolicy, actor: Actor, spec: TokenSpec): TokenRow {
  const now = context.now()
  const by = actorKey(actor)
  return {
    organizationId: spec.organizationId,
    id: policy.newId('token'),
    vendor: policy.vendor,
    scope: spec.scope,
    ownerId: spec.ownerId,
    kind: spec.kind,
    name: spec.name,
    uniqueName: spec.uniqueName ? formatUniqueName(policy, spec, spec.name) : null,
    description: spec.description,
    lifetimeMs: spec.lifetimeMs,
    createdAt: now,
    createdBy: by,
    updatedAt: now,
    updatedBy: by,
    lastRotatedAt: null,
    deletedAt: null,
    deletedBy: null,
    revision: 1,
    fragment: null,
    validFrom: null,
    validUntil: null,
  }
}
