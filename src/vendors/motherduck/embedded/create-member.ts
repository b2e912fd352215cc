import {AppError} from '../../../errors/app-error.ts'
import type {Vendor} from '../../vendor.ts'
import {foldUsername, parseCreateUserBody} from '../validate.ts'
import {PERSON_KIND} from './accounts.ts'
import {MOTHERDUCK_POLICY} from './policy.ts'

/**
 * Create a person in an organization. MotherDuck's API creates service accounts only: people are
 * invited. The username is the given name, else the part of the address before the @.
 */
export const createMotherDuckMember: NonNullable<Vendor['createMember']> = (
  service,
  actor,
  {organizationId, email, name, admin},
) => {
  const {username} = parseCreateUserBody({username: name ?? toUsername(email)})
  const names = {name: username, nameKey: foldUsername(username), email}
  const spec = {organizationId, kind: PERSON_KIND, ...names, admin}
  return service.createAccount(MOTHERDUCK_POLICY, actor, spec).catch((err: unknown) => {
    // Only usernames are unique: two members may have one address.
    if (!(err instanceof AppError) || err.details.reason !== 'name-taken') throw err
    throw new AppError('CONFLICT', `A user named ${username} already exists`, {...err.details, cause: err})
  })
}

/** Characters that no username has become `_`. */
function toUsername(email: string): string {
  return email.slice(0, email.lastIndexOf('@')).replaceAll(/[^\p{L}\p{Nd}_]/gu, '_')
}
