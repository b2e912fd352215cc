import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {checkedClock} from '../lib/clock.ts'
import {createSortableIds} from '../lib/ids.ts'
import {seedInstallation} from './first-start.ts'
import {runSeeds, type VendorSeed} from './seeds.ts'
import {refuseLeftovers} from './store/sqlite/lost-store.ts'
import {openMemoryStore} from './store/sqlite/memory-store.ts'
import {openSqliteStore, type SqliteStorage} from './store/sqlite/open-sqlite-store.ts'
import {readSqliteStore} from './store/sqlite/read-sqlite-store.ts'
import type {Store} from './store/store.ts'
import {createTokenService, type TokenService} from './token-service.ts'
import type {NewId} from './tokens/policy.ts'

/** What the vendors provide to open a store. */
export interface OpenOptions {
  /** Create the ids of the first organization, workspace and deployment. */
  newId: NewId
  /** At most one per vendor. */
  seeds?: readonly VendorSeed[]
}

export interface OpenedService {
  service: TokenService
  /** Where the engine stores the data. */
  storage: Storage
}

/** The only engine so far. */
type Storage = SqliteStorage

/**
 * Open the embedded token service with its data in this folder, and create it at the first call.
 * Throw CONFIG if that is not possible. If the year of `clock` is 9990 or later, throw CONFIG
 * before anything is created.
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
    // A read-only store can still be read.
    if (!storage.readOnly) await runSeeds(store, seeds, now)
    return {service: await createService(store, now, seeds), storage}
  } catch (err) {
    await store.close()
    throw err
  }
}

/**
 * Open the embedded token service with its data in this folder, to read from it. Return null if
 * there is none. Never create, upgrade or seed a store. CONFIG and TIMEOUT as in `readSqliteStore`.
 */
export async function readEmbeddedService(dataFolder: string, clock: () => number): Promise<OpenedService | null> {
  const file = locateStoreFile(dataFolder)
  const store = await readSqliteStore(file)
  if (store === null) return null
  try {
    const service = await createService(store, checkedClock(clock), [])
    return {service, storage: {engine: 'sqlite', file, created: false, readOnly: true}}
  } catch (err) {
    await store.close()
    throw err
  }
}

/**
 * Return whether there is a store with its data in this folder. CONFIG if only parts of one are
 * there.
 */
export function hasStore(dataFolder: string): boolean {
  const file = locateStoreFile(dataFolder)
  if (existsSync(file)) return true
  refuseLeftovers(file)
  return false
}

/**
 * Open a token service with the content of a new installation, in memory only. Nothing is written
 * to disk.
 */
export async function openEphemeralService(
  clock: () => number,
  {newId, seeds = []}: OpenOptions,
): Promise<TokenService> {
  const now = checkedClock(clock)
  const store = await openMemoryStore({now, seed: (session) => seedInstallation(session, {nowMs: now(), newId})})
  await runSeeds(store, seeds, now)
  return createService(store, now, seeds)
}

function locateStoreFile(dataFolder: string): string {
  return join(dataFolder, 'tokenry.db')
}

async function createService(store: Store, now: () => number, seeds: readonly VendorSeed[]): Promise<TokenService> {
  const installation = await store.readInstallation()
  return createTokenService({store, installation, now, newSortableId: createSortableIds(), seeds})
}
