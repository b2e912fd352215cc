import {newUuid} from '../../../lib/ids.ts'
import type {VendorSeed} from '../../../service/seeds.ts'
import {OWNER_NAME, PERSON_KIND, VENDOR} from './owner.ts'
import {createBuiltInRoles} from './roles.ts'

/** Add the built-in roles and the owner to an organization. */
export const seedDeltaStream: VendorSeed['run'] = async (session, {organizationId, nowMs}) => {
  for (const role of createBuiltInRoles(organizationId, nowMs)) await session.insertRole(role)
  await session.insertAccount({
    organizationId,
    id: newUuid(),
    vendor: VENDOR,
    name: OWNER_NAME,
    nameKey: OWNER_NAME,
    email: null,
    kind: PERSON_KIND,
    admin: true,
    settings: null,
    createdAt: nowMs,
    updatedAt: nowMs,
  })
}
