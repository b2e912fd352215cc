import {newUuid} from '../../../lib/ids.ts'
import type {VendorSeed} from '../../../service/seeds.ts'
import {foldUsername} from '../validate.ts'
import {PERSON_KIND} from './accounts.ts'
import {MOTHERDUCK_POLICY} from './policy.ts'

/** The user of a new store: an Admin, who can create all others. */
export const FIRST_USER = 'admin'

/** Add the first Admin to an organization. */
export const seedMotherDuck: VendorSeed['run'] = async (session, {organizationId, nowMs}) => {
  const names = {name: FIRST_USER, nameKey: foldUsername(FIRST_USER), email: null}
  const {vendor} = MOTHERDUCK_POLICY
  const rest = {vendor, kind: PERSON_KIND, admin: true, settings: null, createdAt: nowMs, updatedAt: nowMs}
  await session.insertAccount({organizationId, id: newUuid(), ...names, ...rest})
}
