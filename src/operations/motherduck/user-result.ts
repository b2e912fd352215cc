import type {MotherDuckUser} from '../../vendors/motherduck/api.ts'

export interface UserResult {
  id: string
  username: string
  email: string
  firstName: string | null
  lastName: string | null
  serviceAccount: boolean
  deprovisioned: boolean
  /** The roles that are granted directly. */
  roles: string[]
}

export function toUserResult(user: MotherDuckUser): UserResult {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    firstName: user.first_name,
    lastName: user.last_name,
    serviceAccount: user.is_service_account,
    deprovisioned: user.is_deprovisioned,
    roles: user.roles,
  }
}
