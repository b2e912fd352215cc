import {AppError} from '../../errors/app-error.ts'
import {newCuid} from '../../lib/ids.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {AccountRow} from '../store/store.ts'
import {findOrganization} from './find.ts'

export interface AccountSpec {
  organizationId: string
  vendor: string
  kind: string
  name: string
  /** The name as the vendor compares it; unique among its accounts in the organization. */
  nameKey: string
  email: string | null
}

/** Add an account. CONFLICT when the organization has one of this name. */
export async function createAccount(context: ServiceContext, actor: Actor, spec: AccountSpec): Promise<AccountRow> {
  const now = context.now()
  const account: AccountRow = {...spec, id: newCuid(), admin: false, createdAt: now, updatedAt: now}
  await context.store.transaction(async (session) => {
    await findOrganization(session, spec.organizationId)
    if (!(await session.insertAccount(account))) {
      throw new AppError('CONFLICT', `A user ${spec.email ?? spec.name} exists already`, {
        hint: 'See them with: tokenry service user list',
      })
    }
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'account.create',
      targetType: 'account',
      targetId: account.id,
      detail: {vendor: spec.vendor, kind: spec.kind, name: spec.name, email: spec.email},
    })
  })
  return account
}

/** Delete an account. Tokens that it has made stay. */
export async function deleteAccount(
  context: ServiceContext,
  actor: Actor,
  reference: {organizationId: string; vendor: string; accountId: string},
): Promise<AccountRow> {
  const {organizationId, vendor, accountId} = reference
  return context.store.transaction(async (session) => {
    const account = (await session.listAccounts(organizationId, vendor)).find(({id}) => id === accountId)
    if (!account)
      throw new AppError('NOT_FOUND', `No user ${accountId}`, {hint: 'See them with: tokenry service user list'})
    await session.deleteAccount(organizationId, accountId)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'account.delete',
      targetType: 'account',
      targetId: accountId,
      detail: {vendor, kind: account.kind, name: account.name, email: account.email},
    })
    return account
  })
}
