import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {AccountRow} from '../../service/store/store.ts'
import {loadPeopleRules} from '../../vendors/load-rules.ts'
import {wordHint} from '../word-hint.ts'
import {hintAtDirectory, markMissing} from './directory-hints.ts'
import {checkName} from './entries.ts'
import {formatOrganizationFlag, type OpenedOrganization} from './open-embedded.ts'

export interface ServiceUser {
  id: string
  email: string
  /** The full name, or the e-mail address if no name was given. */
  name: string
  createdAt: string
}

/** The longest address that can receive mail (RFC 3696, erratum 1690). */
const EMAIL_LENGTH_MAX = 254
// Text on both sides of one @, without blanks, control characters and unassigned code points.
const EMAIL = /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u

/**
 * Create a person. CONFLICT if the organization has one with this e-mail address. Case is ignored.
 */
export async function createUser(
  target: OpenedOrganization,
  {email, name = email}: {email: string; name?: string | undefined},
): Promise<ServiceUser> {
  const {service, actor, organizationId, vendors} = target
  checkEmail(email)
  checkName('user', name)
  const {policy, accountKind: kind, foldEmail} = await loadPeopleRules(vendors)
  const spec = {organizationId, kind, name, nameKey: foldEmail(email), email}
  const created = hintAtDirectory(service.createAccount(policy, actor, spec), formatOrganizationFlag(target))
  return toServiceUser(await wordHint({'name-taken': `See them with: ${listCommand(target)}`}, created))
}

/**
 * Create a person for a vendor that has members. USAGE if it has none. CONFLICT if the organization
 * has one with this name.
 */
export async function createMember(
  {service, actor, organizationId, vendors}: OpenedOrganization,
  {vendor: wanted, email, name, admin}: {vendor: string; email: string; name?: string | undefined; admin: boolean},
): Promise<ServiceUser> {
  const withMembers = vendors.filter(({createMember: create}) => create)
  const vendor = withMembers.find((each) => each.name === wanted)
  if (!vendor?.createMember) {
    const names = withMembers.map((each) => each.name)
    throw new AppError('USAGE', `${wanted} is not a vendor with members`, {
      hint: names.length === 0 ? 'Leave --vendor out' : `Choose one of ${names.join(', ')}, or leave --vendor out`,
    })
  }
  checkEmail(email)
  const created = vendor.createMember(service, actor, {organizationId, email, name, admin})
  return toServiceUser(await wordHint({'name-taken': 'Choose another name with --name'}, created))
}

export async function listUsers({service, organizationId, vendors}: OpenedOrganization): Promise<ServiceUser[]> {
  const {policy, accountKind: kind} = await loadPeopleRules(vendors)
  return (await service.read.listAccounts(organizationId, policy.vendor, {kind})).map(toServiceUser)
}

/**
 * Return the user with this id or e-mail address; NOT_FOUND, with `details.gone`, if there is none.
 * Case is ignored.
 */
export async function findUser(
  target: OpenedOrganization,
  users: ServiceUser[],
  idOrEmail: string,
): Promise<ServiceUser> {
  const {foldEmail} = await loadPeopleRules(target.vendors)
  const found =
    users.find(({id}) => id === idOrEmail) ?? users.find(({email}) => foldEmail(email) === foldEmail(idOrEmail))
  if (found) return found
  throw new AppError('NOT_FOUND', `No user ${idOrEmail}`, {
    hint: `See them with: ${listCommand(target)}`,
    gone: {wanted: idOrEmail},
  })
}

/** Delete a person. Tokens that the person created stay. */
export async function deleteUser(
  {service, actor, organizationId, vendors}: OpenedOrganization,
  accountId: string,
): Promise<ServiceUser> {
  const {policy} = await loadPeopleRules(vendors)
  const deleted = hintAtDirectory(service.deleteAccount(policy, actor, {organizationId, accountId}))
  const {account} = await markMissing('account-missing', accountId, deleted)
  return toServiceUser(account)
}

function listCommand(target: OpenedOrganization): string {
  return `tokenry service user list${formatOrganizationFlag(target)}`
}

function checkEmail(email: string): void {
  if (email.length <= EMAIL_LENGTH_MAX && EMAIL.test(email)) return
  throw new AppError(
    'USAGE',
    `An e-mail address must have text on both sides of one @, no blanks, and at most ${EMAIL_LENGTH_MAX} characters`,
    {
      hint: 'Write, for example: tokenry service user create ann@example.com',
    },
  )
}

function toServiceUser({id, email, name, createdAt}: AccountRow): ServiceUser {
  return {id, email: email ?? name, name, createdAt: toRfc3339(createdAt)}
}
