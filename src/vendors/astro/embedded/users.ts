import type {AccountFilter, AccountRow} from '../../../service/store/store.ts'
import type {PeopleRules} from '../../vendor.ts'

/** The kind of the accounts that are people. */
const USER_KIND = 'USER'

export const ASTRO_PEOPLE: PeopleRules = {accountKind: USER_KIND, foldEmail}

/** Return the address in one case: two people whose addresses differ only in case are a mistake. */
function foldEmail(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/**
 * Return the filter for the accounts that `findLocalUser` needs. It is limited: two accounts with
 * the name before the @ show already that the name is ambiguous.
 */
export function wantedUsers(userName: string): AccountFilter {
  const wanted = foldEmail(userName)
  return {kind: USER_KIND, nameKey: {equal: wanted, prefix: `${wanted}@`}, limit: 3}
}

/**
 * Return the person for a user name of this machine: the one with this e-mail address, else the
 * only one whose address has it before the @. Undefined if several have it: tokenry does not guess.
 */
export function findLocalUser(accounts: AccountRow[], userName: string): AccountRow | undefined {
  const wanted = foldEmail(userName)
  const users = accounts.filter(({kind}) => kind === USER_KIND)
  const byAddress = users.find(({nameKey}) => nameKey === wanted)
  if (byAddress) return byAddress
  const [first, ...others] = users.filter(({nameKey}) => nameKey.slice(0, nameKey.indexOf('@')) === wanted)
  return others.length === 0 ? first : undefined
}
