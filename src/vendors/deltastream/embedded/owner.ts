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

/** Return the account to which the tokens of the command line belong; null before the seed. */
export async function findOwner(session: StoreSession, organizationId: string): Promise<AccountRow | null> {
  const [owner] = await session.listAccounts(organizationId, VENDOR, {nameKey: {equal: OWNER_NAME}, limit: 1})
  return owner ?? null
}

export async function findAccount(
  session: StoreSession,
  organizationId: string,
  id: string,
): Promise<AccountRow | null> {
  const [account] = await session.listAccounts(organizationId, VENDOR, {id})
  return account ?? null
}
