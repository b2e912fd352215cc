import type {AccountRow, StoreSession} from '../../../service/store/store.ts'

/** The name of the vendor in the store. */
export const VENDOR = 'deltastream'

/** The kind of the accounts, which are people. */
export const PERSON_KIND = 'USER'

/**
 * The account of a new organization. Its tokens are those that the owner of the store creates on
 * the command line, and all that these tokens create.
 */
export const OWNER_NAME = 'owner'

/** Return the account to which the tokens of the command line belong. */
export async function findOwner(session: StoreSession, organizationId: string): Promise<AccountRow> {
  const [owner] = await session.listAccounts(organizationId, VENDOR, {nameKey: {equal: OWNER_NAME}, limit: 1})
  if (!owner) throw new Error(`The organization ${organizationId} has no owner: its seed has not run`)
  return owner
}

export async function findAccount(
  session: StoreSession,
  organizationId: string,
  id: string,
): Promise<AccountRow | null> {
  const [account] = await session.listAccounts(organizationId, VENDOR, {id})
  return account ?? null
}
