import {isDeepStrictEqual} from 'node:util'
import {AppError} from '../../errors/app-error.ts'
import type {NewFile} from '../../files/new-file.ts'
import {createProcessGroup, joinProcessGroup, type Membership} from '../../runtime/process-group.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {
  type ServedForPeople,
  STOP_GRACE_MS,
  type StartedService,
  type StartOptions,
  startService,
  withReadyFile,
} from './start-service.ts'

/** What a process reports when it listens. */
interface Listening {
  started: StartedService
  dialects: readonly ServedForPeople[]
}

export interface ProcessesOptions extends StartOptions {
  /** The number of processes that answer requests. */
  processes: number
  onReplace(how: string): void
}

/**
 * Serve the embedded service like `startService`, with several processes that share the ports. This
 * process only distributes the connections. In a process that it has started, serve and report to
 * it.
 *
 * @throws AppError as `startService`; INTERNAL if the processes are killed again and again
 */
export async function startProcesses(runtime: Runtime, options: ProcessesOptions): Promise<void> {
  const membership = joinProcessGroup<Listening>()
  if (membership) await serveAsMember(runtime, membership, options)
  else await withReadyFile(runtime, options, (ready) => serveWithGroup(options, ready))
}

async function serveWithGroup(options: ProcessesOptions, ready: NewFile | null): Promise<void> {
  const {processes, readyFile = null, stopped, warn, onReplace, onListening} = options
  const group = createProcessGroup<Listening>({onWarning: (text) => void warn(text), onReplace})
  try {
    // The first one creates the store, chooses the ports and finds what is wrong with them.
    const {started, dialects} = await group.start()
    const others = await Promise.all(Array.from({length: processes - 1}, () => group.start()))
    for (const other of others) checkPorts(started, other)
    const {url, organizationId, workspaceId, deploymentId} = started
    const content = {url, organizationId, workspaceId, deploymentId, dialects: started.dialects}
    const left = ready?.publish(`${JSON.stringify(content, null, 2)}\n`)
    if (left) await warn(`${left.message}. ${left.hint}`)
    await onListening({...started, readyFile}, dialects)
    await Promise.race([stopped, group.failed])
  } finally {
    ready?.remove()
    await group.stop(STOP_GRACE_MS + 500)
  }
}

/**
 * Throw CONFIG if another process listens on other ports than the first one. That happens if a port
 * is taken or becomes free between the two.
 */
function checkPorts(first: StartedService, {started}: Listening): void {
  if (isDeepStrictEqual(started.dialects, first.dialects)) return
  throw new AppError('CONFIG', 'The ports changed while the processes started: another program uses them too', {
    hint: 'Start it again, or give other ports',
  })
}

/** Serve until the first process asks for the end. It prints what there is to say. */
async function serveAsMember(
  runtime: Runtime,
  {report, stopped, leave}: Membership<Listening>,
  options: ProcessesOptions,
): Promise<void> {
  try {
    await startService(runtime, {
      ...options,
      readyFile: undefined,
      stopped: Promise.race([stopped, options.stopped]),
      warn: (text) => report({kind: 'warning', text}),
      onListening: (started, dialects) => report({kind: 'ready', ready: {started, dialects}}),
    })
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    await report({kind: 'error', code: err.code, message: err.message, hint: err.details.hint})
  } finally {
    leave()
  }
}
