import type {Store, StoreSession} from './store/store.ts'

/** What one vendor adds to a store before its first use, for example an administrator. */
export interface VendorSeed {
  vendor: string
  /**
   * Add the vendor's content to one organization. It runs once for each organization: for those of
   * a store when the store is first opened with this vendor, for a later one when it is created.
   * It runs in that transaction and must be repeatable (`Store.transaction`). If it throws, nothing
   * is stored, and the next opening or creation runs it again.
   */
  run(session: StoreSession, context: {organizationId: string; nowMs: number}): Promise<void>
}

/**
 * Run the seeds that have not run on this store. An older version may have created the store before
 * a vendor existed. If all seeds have run, this is one statement; without seeds, none. Processes
 * that open the store concurrently run each seed once.
 */
export async function runSeeds(store: Store, seeds: readonly VendorSeed[], now: () => number): Promise<void> {
  if (seeds.length === 0) return
  const seeded = new Set(await store.listSeededVendors())
  for (const seed of seeds) {
    if (!seeded.has(seed.vendor)) await store.transaction((session) => runSeed(session, seed, now()))
  }
}

async function runSeed(session: StoreSession, {vendor, run}: VendorSeed, nowMs: number): Promise<void> {
  // Another process may have run the seed after the list was read.
  if (!(await session.insertSeededVendor(vendor, nowMs))) return
  for (const {organizationId} of await session.listOrganizations()) await run(session, {organizationId, nowMs})
}
