import type {Store, StoreSession} from './store/store.ts'

/** What one vendor adds to a store before its first use, such as an administrator. */
export interface VendorSeed {
  vendor: string
  /**
   * Runs once in the life of a store, in a transaction: it must be repeatable (`Store.transaction`). If it throws, nothing of it
   * is kept, and the next opening runs it again.
   */
  run(session: StoreSession, context: {nowMs: number}): Promise<void>
}

/**
 * Run the seeds that have not run on this store, also on one that an older version made before there was such a vendor. One
 * statement if all have run, none without a seed. Processes that open the store at the same time run each seed once.
 */
export async function runSeeds(store: Store, seeds: readonly VendorSeed[], now: () => number): Promise<void> {
  if (seeds.length === 0) return
  const seeded = new Set(await store.listSeededVendors())
  for (const seed of seeds) {
    if (!seeded.has(seed.vendor)) await store.transaction((session) => runSeed(session, seed, now()))
  }
}

async function runSeed(session: StoreSession, {vendor, run}: VendorSeed, nowMs: number): Promise<void> {
  // Another process may have been first since the look at the list.
  if (await session.insertSeededVendor(vendor, nowMs)) await run(session, {nowMs})
}
