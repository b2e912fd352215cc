import type {VendorSeed} from '../../src/service/seeds.ts'

/** The seeds of made-up vendors: an administrator in each organization. */
export const ducklingSeed = createAdminSeed('duckling')
export const gooseSeed = createAdminSeed('goose')

function createAdminSeed(vendor: string): VendorSeed {
  return {
    vendor,
    async run(session, {organizationId, nowMs}) {
      const times = {createdAt: nowMs, updatedAt: nowMs}
      const names = {id: `${vendor}-admin`, vendor, name: 'Admin', nameKey: 'admin', email: null}
      const rest = {kind: 'SERVICE', admin: true, settings: null, ...times}
      const inserted = await session.insertAccount({organizationId, ...names, ...rest})
      if (!inserted) throw new Error('The seed has run before')
    },
  }
}
