import {join} from 'node:path'
import {createSortableIds} from '../lib/ids.ts'
import {seedInstallation} from './first-start.ts'
import {openSqliteStore} from './store/sqlite.ts'
import {createTokenService, type TokenService} from './token-service.ts'

export interface OpenedService {
  service: TokenService
  /** The installation was made by this call. */
  created: boolean
  file: string
}

/** Open the embedded token service whose data live in this folder; the first call makes it. CONFIG when that cannot be. */
export async function openEmbeddedService(dataFolder: string, now: () => number): Promise<OpenedService> {
  const file = join(dataFolder, 'tokenry.db')
  const {store, created} = await openSqliteStore({file, now, seed: (session) => seedInstallation(session, now())})
  const installation = await store.readInstallation()
  return {service: createTokenService({store, installation, now, newSortableId: createSortableIds()}), created, file}
}
