import type {VendorSeed} from '../../src/service/seeds.ts'

/** The seed of a made-up vendor: an administrator in each organization. */
export const ducklingSeed: VendorSeed = {
  vendor: 'duckling',
  async run(session, {organizationId, nowMs}) {
    const times = {createdAt: nowMs, updatedAt: nowMs}
    const names = {id: 'duckling-admin', vendor: 'duckling', name: 'Admin', nameKey: 'admin', email: null}
    const rest = {kind: 'SERVICE', admin: true, settings: null, ...times}
    const inserted = await session.insertAccount({organizationId, ...names, ...rest})
    if (!inserted) throw new Error('The seed has run before')
  },
}
