import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {checkUsername, parseCreateUserBody} from '../../vendors/motherduck/validate.ts'
import {markGone} from '../ignore-gone.ts'
import type {MotherDuckService} from './connect.ts'
import {nameMissingUser} from './user.ts'

export interface CreatedUser {
  username: string
}

export interface DeletedUser {
  username: string
  deletedAt: string
}

/** Create a service account. INVALID, before a request, for a name that it cannot have. */
export async function createUser({api}: MotherDuckService, username: string): Promise<CreatedUser> {
  const created = await api.createUser(parseCreateUserBody({username}))
  return {username: created.username}
}

/**
 * Delete a user with all data and tokens. NOT_FOUND, with `details.gone`, if there is no such user.
 */
export async function deleteUser(runtime: Runtime, service: MotherDuckService, username: string): Promise<DeletedUser> {
  checkUsername(username)
  const deleting = nameMissingUser(service, username, service.api.deleteUser(username))
  const deleted = await markGone({wanted: username}, deleting)
  return {username: deleted.username, deletedAt: toRfc3339(runtime.now())}
}
