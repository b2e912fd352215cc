import {join} from 'node:path'
import {checkedClock} from '../lib/clock.ts'
import {createSortableIds} from '../lib/ids.ts'
import {seedInstallation} from './first-start.ts'
import {openMemoryStore} from './store/sqlite/memory-store.ts'
import {openSqliteStore} from './store/sqlite/open-sqlite-store.ts'
import type {Store} from './store/store.ts'
import {createTokenService, type TokenService} from './token-service.ts'

export interface OpenedService {
  service: TokenService
  /** The installation was made by this call. */
  created: boolean
  file: string
  /** Nothing can be changed, and what others change meanwhile may go unseen: not for a server. */
  readOnly: boolean
}

/**
 * Open the embedded token service whose data live in this folder; the first call makes it. CONFIG when that cannot be, and, before
 * anything is made, when `clock` says a year from 9990 on.
 */
export async function openEmbeddedService(dataFolder: string, clock: () => number): Promise<OpenedService> {
  const now = checkedClock(clock)
  now()
  const file = join(dataFolder, 'tokenry.db')
  const {store, created, readOnly} = await openSqliteStore({
    file,
    now,
    seed: (session) => seedInstallation(session, now()),
  })
  return {service: await serviceOf(store, now), created, file, readOnly}
}

/** A token service that begins like a new installation and keeps nothing: not a byte of it is written to a disk. */
export async function openEphemeralService(clock: () => number): Promise<TokenService> {
  const now = checkedClock(clock)
  return serviceOf(await openMemoryStore({now, seed: (session) => seedInstallation(session, now())}), now)
}

async function serviceOf(store: Store, now: () => number): Promise<TokenService> {
  const installation = await store.readInstallation()
  return createTokenService({store, installation, now, newSortableId: createSortableIds()})
}
