import {AppError} from '../../errors/app-error.ts'
import {type Actor, recordChange, type ServiceContext} from '../context.ts'
import type {AccountRow, StoreSession} from '../store/store.ts'
import type {TokenPolicy} from '../tokens/policy.ts'
import {endTokens} from './entity-tokens.ts'
import {findOrganization} from './find.ts'

export interface AccountSpec {
  organizationId: string
  kind: string
  name: string
  /**
   * The name as the vendor compares it. Unique among the accounts of this vendor in the
   * organization.
   */
  nameKey: string
  email: string | null
  /** Default: false. */
  admin?: boolean
  /** Throw if the caller may not create it. Runs in the transaction that creates it. */
  allow?: (session: StoreSession) => Promise<void>
}

/** A condition for a change of an account, checked in the transaction of the change. */
export interface AccountGuard {
  /** Throw if the change is not allowed. */
  allow?: (session: StoreSession, account: AccountRow) => Promise<void>
}

export interface AccountUpdate extends AccountGuard {
  organizationId: string
  accountId: string
  /** JSON text. The audit trail contains it. */
  settings: string
}

export interface DeletedAccount {
  account: AccountRow
  /** The number of tokens that ended with the account, by the policy. */
  endedTokens: number
}

/**
 * Create an account for the vendor of the policy. Throw CONFLICT if the organization has one with
 * this name.
 */
export async function createAccount(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  spec: AccountSpec,
): Promise<AccountRow> {
  const now = context.now()
  const {vendor} = policy
  const {allow, admin = false, ...names} = spec
  const account: AccountRow = {
    ...names,
    vendor,
    id: policy.newId('account'),
    admin,
    settings: null,
    createdAt: now,
    updatedAt: now,
  }
  await context.store.transaction(async (session) => {
    await findOrganization(session, spec.organizationId)
    await allow?.(session)
    if (!(await session.insertAccount(account))) {
      const name = spec.email ?? spec.name
      throw new AppError('CONFLICT', `A user ${name} already exists`, {
        reason: 'name-taken',
        facts: {noun: 'account', name},
      })
    }
    await recordChange(context, session, actor, {
      organizationId: spec.organizationId,
      action: 'account.create',
      targetType: 'account',
      targetId: account.id,
      detail: {vendor, kind: spec.kind, name: spec.name, email: spec.email, ...(admin ? {admin} : {})},
    })
  })
  return account
}

/**
 * Delete an account and end the tokens that the policy selects. Tokens that the account created
 * stay.
 */
export async function deleteAccount(
  context: ServiceContext,
  policy: TokenPolicy,
  actor: Actor,
  reference: {organizationId: string; accountId: string} & AccountGuard,
): Promise<DeletedAccount> {
  const {organizationId, accountId, allow} = reference
  const {vendor} = policy
  return context.store.transaction(async (session) => {
    const account = await findAccount(session, {organizationId, vendor, accountId})
    await allow?.(session, account)
    const ended = policy.tokensEndedWith(account)
    const endedTokens = ended
      ? await endTokens(context, session, actor, {...ended, organizationId, vendors: [vendor]})
      : 0
    await session.deleteAccount(organizationId, accountId)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'account.delete',
      targetType: 'account',
      targetId: accountId,
      detail: {
        vendor,
        kind: account.kind,
        name: account.name,
        email: account.email,
        ...(ended ? {endedTokens} : {}),
      },
    })
    return {account, endedTokens}
  })
}

/** Replace the settings of an account. */
export async function updateAccount(
  context: ServiceContext,
  {vendor}: TokenPolicy,
  actor: Actor,
  {organizationId, accountId, settings, allow}: AccountUpdate,
): Promise<AccountRow> {
  return context.store.transaction(async (session) => {
    const before = await findAccount(session, {organizationId, vendor, accountId})
    await allow?.(session, before)
    const after: AccountRow = {...before, settings, updatedAt: context.now()}
    await session.updateAccount(after)
    await recordChange(context, session, actor, {
      organizationId,
      action: 'account.update',
      targetType: 'account',
      targetId: accountId,
      detail: {vendor, before: before.settings, after: settings},
    })
    return after
  })
}

async function findAccount(
  session: StoreSession,
  {organizationId, vendor, accountId}: {organizationId: string; vendor: string; accountId: string},
): Promise<AccountRow> {
  const [found] = await session.listAccounts(organizationId, vendor, {id: accountId})
  if (found) return found
  throw new AppError('NOT_FOUND', `No user ${accountId}`, {reason: 'account-missing'})
}
