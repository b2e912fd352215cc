import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {AccountRow} from '../../service/store/store.ts'
import {ASTRO_POLICY} from '../../vendors/astro/embedded/policy.ts'
import {foldEmail, USER_KIND} from '../../vendors/astro/embedded/users.ts'
import {wordHint} from '../word-hint.ts'
import {hintAtDirectory} from './directory-hints.ts'
import {checkName} from './entries.ts'
import type {OpenedOrganization} from './open-embedded.ts'

export interface ServiceUser {
  id: string
  email: string
  /** The full name; the e-mail address where none was given. */
  name: string
  createdAt: string
}

/** The longest that can be delivered to (RFC 3696, erratum 1690). */
const EMAIL_LENGTH_MAX = 254
// Text on both sides of one @, without blanks, control characters and what is no character.
const EMAIL = /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u

/** Add a person. CONFLICT when the organization has one with this e-mail address, in whatever case. */
export async function createUser(
  {service, actor, organizationId}: OpenedOrganization,
  {email, name = email}: {email: string; name?: string | undefined},
): Promise<ServiceUser> {
  checkEmail(email)
  checkName('user', name)
  const nameKey = foldEmail(email)
  const spec = {organizationId, kind: USER_KIND, name, nameKey, email}
  const created = hintAtDirectory(service.createAccount(ASTRO_POLICY, actor, spec))
  return toServiceUser(await wordHint({'name-taken': 'See them with: tokenry service user list'}, created))
}

export async function listUsers({service, organizationId}: OpenedOrganization): Promise<ServiceUser[]> {
  const accounts = await service.read.listAccounts(organizationId, ASTRO_POLICY.vendor, {kind: USER_KIND})
  return accounts.map(toServiceUser)
}

/** The user that an id or an e-mail address means, in whatever case; NOT_FOUND when none does. */
export function findUser(users: ServiceUser[], idOrEmail: string): ServiceUser {
  const found =
    users.find(({id}) => id === idOrEmail) ?? users.find(({email}) => foldEmail(email) === foldEmail(idOrEmail))
  if (found) return found
  throw new AppError('NOT_FOUND', `No user ${idOrEmail}`, {hint: 'See them with: tokenry service user list'})
}

/** Delete a person; tokens that were made by them stay. */
export async function deleteUser(
  {service, actor, organizationId}: OpenedOrganization,
  accountId: string,
): Promise<ServiceUser> {
  const reference = {organizationId, accountId}
  const {account} = await hintAtDirectory(service.deleteAccount(ASTRO_POLICY, actor, reference))
  return toServiceUser(account)
}

function checkEmail(email: string): void {
  if (email.length <= EMAIL_LENGTH_MAX && EMAIL.test(email)) return
  throw new AppError(
    'USAGE',
    `An e-mail address has text on both sides of one @, no blanks, and at most ${EMAIL_LENGTH_MAX} characters`,
    {
      hint: 'Write, for example: tokenry service user create ann@example.com',
    },
  )
}

function toServiceUser({id, email, name, createdAt}: AccountRow): ServiceUser {
  return {id, email: email ?? name, name, createdAt: toRfc3339(createdAt)}
}
