import {type Actor, actorKey, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenRoleRow, TokenRow, TokenView} from '../store/store.ts'
import {findLiveToken} from './find.ts'
import {mintValue} from './mint.ts'
import {nameConflict, refuseTakenName, uniqueNameOf} from './names.ts'
import type {TokenPolicy} from './policy.ts'

export interface TokenSpec {
  organizationId: string
  scope: string
  ownerId: string
  kind: string
  name: string
  description: string
  /** Milliseconds that each value lives; null for ever. */
  lifetimeMs: number | null
  roles: TokenRoleRow[]
  /** Refuse the name when a live token of the same owner, of a kind that is listed with this one, bears it. */
  uniqueName: boolean
  /** Throws where the caller may not issue this; looked at in the transaction that issues. */
  allow: (session: StoreSession) => Promise<void>
}

export interface IssuedToken {
  secret: string
  token: TokenView
}

/** Issue a token with its first value. CONFLICT, naming the id, when the name must be unique and is not. */
export async function issueToken(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: TokenSpec,
): Promise<IssuedToken> {
  return context.store.transaction(async (session) => {
    await spec.allow(session)
    const token = newToken(context, policy, actor, spec)
    if (spec.uniqueName) await refuseTakenName(session, policy, token, spec.name)
    if (!(await session.insertToken(token, spec.roles))) throw nameConflict(spec.name)
    const {secret} = await mintValue(context, session, policy, {token, roles: spec.roles, state: 'current'})
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
    return {
      secret,
      token: await findLiveToken(session, policy, {organizationId: spec.organizationId, tokenId: token.id}),
    }
  })
}

function newToken(context: ServiceContext, policy: TokenPolicy, actor: Actor, spec: TokenSpec): TokenRow {
  const now = context.now()
  const by = actorKey(actor)
  return {
    organizationId: spec.organizationId,
    id: policy.newTokenId(),
    vendor: policy.vendor,
    scope: spec.scope,
    ownerId: spec.ownerId,
    kind: spec.kind,
    name: spec.name,
    uniqueName: spec.uniqueName ? uniqueNameOf(policy, spec, spec.name) : null,
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
  }
}
