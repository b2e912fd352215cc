import {type Actor, actorKey, recordChange, type ServiceContext} from '../context.ts'
import type {StoreSession, TokenRoleRow, TokenRow, TokenView} from '../store/store.ts'
import {type ChangeGuard, changedMeanwhile, findTokenToChange, type TokenReference} from './find.ts'
import {formatUniqueName, refuseTakenName} from './names.ts'
import type {TokenPolicy} from './policy.ts'

/** Change the name or description of a token. A property that is not given stays. */
export async function updateToken(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  change: TokenReference & ChangeGuard & {name?: string; description?: string},
): Promise<TokenView> {
  return context.store.transaction(async (session) => {
    const before = await findTokenToChange(session, policy, change)
    const name = change.name ?? before.name
    const description = change.description ?? before.description
    const uniqueName = before.uniqueName === null ? null : formatUniqueName(policy, before, name)
    if (uniqueName !== null && name !== before.name) await refuseTakenName(session, policy, before, name)
    const after = {...changedBy(context, actor, before), name, description, uniqueName}
    await writeToken(session, before, after)
    await recordChange(context, session, actor, {
      organizationId: change.organizationId,
      action: 'token.update',
      targetType: 'token',
      targetId: before.id,
      detail: {before: {name: before.name, description: before.description}, after: {name, description}},
    })
    return {...before, ...after}
  })
}

/** The set of roles that a token gets. */
export interface RoleChange extends TokenReference, ChangeGuard {
  roles: TokenRoleRow[]
  /**
   * Return the current roles of the token to keep in addition to `roles`, because the caller cannot
   * see them. Throw if the new set is not allowed. Runs in the transaction of the change.
   */
  keeps?: ((session: StoreSession, token: TokenView) => Promise<TokenRoleRow[]>) | undefined
}

/** Replace the roles of a token. */
export async function replaceRoles(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  change: RoleChange,
): Promise<TokenView> {
  return context.store.transaction(async (session) => {
    const before = await findTokenToChange(session, policy, change)
    const kept = (await change.keeps?.(session, before)) ?? []
    const roles = [...change.roles, ...kept]
    const after = changedBy(context, actor, before)
    await writeToken(session, before, after)
    await session.replaceTokenRoles(change.organizationId, before.id, roles)
    await recordChange(context, session, actor, {
      organizationId: change.organizationId,
      action: 'token.roles',
      targetType: 'token',
      targetId: before.id,
      detail: {before: before.roles, after: roles},
    })
    return {...before, ...after, roles}
  })
}

/** Return the row with the author and time of a change, and the next revision. */
export function changedBy(context: ServiceContext, actor: Actor, token: TokenRow): TokenRow {
  return {...token, updatedAt: context.now(), updatedBy: actorKey(actor), revision: token.revision + 1}
}

/** Write a change of a token. Throw CONFLICT if it has changed since `before` was read. */
export async function writeToken(session: StoreSession, before: TokenRow, after: TokenRow): Promise<void> {
  if (await session.updateToken(before, after)) return
  throw changedMeanwhile(before.id)
}
