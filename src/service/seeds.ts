import type {Store, StoreSession} from './store/store.ts'

/** What one vendor adds to a store before its first use, for example an administrator. */
export interface VendorSeed {
  vendor: string
  /**
   * Add the vendor's content to one organization, with an administrator: by that it counts as
   * seeded. It runs once for each organization: for a new one when it is created, for any other
   * when the store is opened next. It runs in that transaction and must be repeatable
   * (`Store.transaction`). If it throws, nothing is stored, and the next opening or creation runs
   * it again.
   */
  run(session: StoreSession, context: {organizationId: string; nowMs: number}): Promise<void>
}

/**
 * Run the seeds that have not run on this store, or not for each of its organizations. An older
 * version may have created the store before a vendor existed, or an organization since then. If all
 * seeds have run, this is one statement; without seeds, none. Processes that open the store
 * concurrently run each seed once.
 */
export async function runSeeds(store: Store, seeds: readonly VendorSeed[], now: () => number): Promise<void> {
  if (seeds.length === 0) return
  const seeded = new Set(await store.listSeededVendors())
  for (const seed of seeds) {
    if (!seeded.has(seed.vendor)) await store.transaction((session) => runSeed(session, seed, now()))
  }
}

async function runSeed(session: StoreSession, {vendor, run}: VendorSeed, nowMs: number): Promise<void> {
  await session.insertSeededVendor(vendor, nowMs)
  for (const {organizationId} of await session.listOrganizations()) {
    // Another process may have run the seed after the list was read.
    const accounts = await session.listAccounts(organizationId, vendor)
    if (!accounts.some(({admin}) => admin)) await run(session, {organizationId, nowMs})
  }
}
