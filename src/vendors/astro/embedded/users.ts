import type {AccountFilter, AccountRow} from '../../../service/store/store.ts'

/** Kind of the accounts that are people. */
export const USER_KIND = 'USER'

/** E-mail addresses are compared without regard to case: two people whose addresses differ in nothing else are a mistake. */
export function foldEmail(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/** The accounts among which `findLocalUser` has to look: of those with the name before the @, two are as good as all. */
export function wantedUsers(userName: string): AccountFilter {
  const wanted = foldEmail(userName)
  return {kind: USER_KIND, nameKey: {equal: wanted, prefix: `${wanted}@`}, limit: 3}
}

/**
 * The person whom a machine knows by a user name: the user with this e-mail address, else the only one whose address has it
 * before the @. No one if several have: which of them it was, is not guessed.
 */
export function findLocalUser(accounts: AccountRow[], userName: string): AccountRow | undefined {
  const wanted = foldEmail(userName)
  const users = accounts.filter(({kind}) => kind === USER_KIND)
  const byAddress = users.find(({nameKey}) => nameKey === wanted)
  if (byAddress) return byAddress
  const [first, ...others] = users.filter(({nameKey}) => nameKey.slice(0, nameKey.indexOf('@')) === wanted)
  return others.length === 0 ? first : undefined
}
