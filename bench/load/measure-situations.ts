import {join} from 'node:path'
import {startAstroServer} from './load-server.ts'
import {type DeletionReport, measureDeletion} from './measure-deletion.ts'
import {type ForeignLockReport, measureForeignLock} from './measure-foreign-lock.ts'
import {type ConnectionsReport, measureConnections, measureStop} from './measure-stop.ts'
import {prepareStore} from './prepare-store.ts'

/** What happens in single situations, which have no rate. */
export interface Situations {
  foreignLock: ForeignLockReport
  connections: ConnectionsReport
  /** From SIGTERM to the end of the process, with an unfinished body. */
  stopMs: number
  deletion: DeletionReport
}

interface SituationsOptions {
  /** Path of the built program. */
  program: string
  folder: string
  /** How many tokens the workspace has that is deleted. */
  deletedTokens: number
}

const TOKENS = 1000
const DELETION_MAX_MS = 120_000

/** Measure each situation once. Each has a limit of its own and ends by itself. */
export async function measureSituations({program, folder, deletedTokens}: SituationsOptions): Promise<Situations> {
  const home = join(folder, 'situations')
  const target = await prepareStore(home, {tokens: TOKENS})
  const {served, url, port} = await startAstroServer(program, home)
  let stopMs: number | undefined
  try {
    const foreignLock = await measureForeignLock(url, target)
    const connections = await measureConnections(port)
    stopMs = await measureStop(served, port)
    const deletion = await measureDeletion({
      home: join(folder, 'deletion'),
      tokens: deletedTokens,
      timeMaxMs: DELETION_MAX_MS,
    })
    return {foreignLock, connections, stopMs, deletion}
  } finally {
    if (stopMs === undefined) await served.stop()
  }
}
