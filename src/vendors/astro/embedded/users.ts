import type {AccountFilter, AccountRow} from '../../../service/store/store.ts'
import type {PeopleRules} from '../../vendor.ts'

/** Kind of the accounts that are people. */
const USER_KIND = 'USER'

export const ASTRO_PEOPLE: PeopleRules = {accountKind: USER_KIND, foldEmail}

/** Fold the case: two people whose addresses differ in nothing else are a mistake. */
function foldEmail(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/** The accounts among which `findLocalUser` has to look: of those with the name before the @, two are as good as all. */
export function wantedUsers(userName: string): AccountFilter {
  const wanted = foldEmail(userName)
  return {kind: USER_KIND, nameKey: {equal: wanted, prefix: `${wanted}@`}, limit: 3}
}

/**
 * Return the user that a user name of a machine means: the one with this e-mail address, else the only one whose address has it
 * before the @. Undefined if several have it: it is not guessed which of them it was.
 */
export function findLocalUser(accounts: AccountRow[], userName: string): AccountRow | undefined {
  const wanted = foldEmail(userName)
  const users = accounts.filter(({kind}) => kind === USER_KIND)
  const byAddress = users.find(({nameKey}) => nameKey === wanted)
  if (byAddress) return byAddress
  const [first, ...others] = users.filter(({nameKey}) => nameKey.slice(0, nameKey.indexOf('@')) === wanted)
  return others.length === 0 ? first : undefined
}
