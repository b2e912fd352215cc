import {join} from 'node:path'
import {checkedClock} from '../lib/clock.ts'
import {createSortableIds} from '../lib/ids.ts'
import {seedInstallation} from './first-start.ts'
import {runSeeds, type VendorSeed} from './seeds.ts'
import {openMemoryStore} from './store/sqlite/memory-store.ts'
import {openSqliteStore, type SqliteStorage} from './store/sqlite/open-sqlite-store.ts'
import {readSqliteStore} from './store/sqlite/read-sqlite-store.ts'
import type {Store} from './store/store.ts'
import {createTokenService, type TokenService} from './token-service.ts'
import type {NewId} from './tokens/policy.ts'

/** What the vendors bring to a store. */
export interface OpenOptions {
  /** Makes the ids of the organization, the workspace and the deployment that a new installation begins with. */
  newId: NewId
  /** At most one for each vendor. */
  seeds?: readonly VendorSeed[]
}

export interface OpenedService {
  service: TokenService
  /** Where the engine keeps the data; each engine says it in its own way. */
  storage: Storage
}

/** There is one engine so far. */
type Storage = SqliteStorage

/**
 * Open the embedded token service whose data are in this folder; the first call makes it. CONFIG if that is not possible, and, before
 * anything is made, if the year of `clock` is 9990 or later.
 */
export async function openEmbeddedService(
  dataFolder: string,
  clock: () => number,
  {newId, seeds = []}: OpenOptions,
): Promise<OpenedService> {
  const now = checkedClock(clock)
  now()
  const {store, storage} = await openSqliteStore({
    file: locateStoreFile(dataFolder),
    now,
    seed: (session) => seedInstallation(session, {nowMs: now(), newId}),
  })
  try {
    // Where nothing can be written, what is there can still be read.
    if (!storage.readOnly) await runSeeds(store, seeds, now)
    return {service: await createService(store, now), storage}
  } catch (err) {
    await store.close()
    throw err
  }
}

/**
 * Open the embedded token service whose data are in this folder to read from it. Return null if
 * there is none. Never create, upgrade or seed a store. CONFIG and TIMEOUT as `readSqliteStore`
 * says.
 */
export async function readEmbeddedService(dataFolder: string, clock: () => number): Promise<OpenedService | null> {
  const file = locateStoreFile(dataFolder)
  const store = await readSqliteStore(file)
  if (store === null) return null
  try {
    const service = await createService(store, checkedClock(clock))
    return {service, storage: {engine: 'sqlite', file, created: false, readOnly: true}}
  } catch (err) {
    await store.close()
    throw err
  }
}

/**
 * A token service that begins like a new installation and keeps nothing: not a byte of it is
 * written to a disk.
 */
export async function openEphemeralService(
  clock: () => number,
  {newId, seeds = []}: OpenOptions,
): Promise<TokenService> {
  const now = checkedClock(clock)
  const store = await openMemoryStore({now, seed: (session) => seedInstallation(session, {nowMs: now(), newId})})
  await runSeeds(store, seeds, now)
  return createService(store, now)
}

function locateStoreFile(dataFolder: string): string {
  return join(dataFolder, 'tokenry.db')
}

async function createService(store: Store, now: () => number): Promise<TokenService> {
  const installation = await store.readInstallation()
  return createTokenService({store, installation, now, newSortableId: createSortableIds()})
}
