import {isDeepStrictEqual} from 'node:util'
import {AppError} from '../../errors/app-error.ts'
import type {NewFile} from '../../files/new-file.ts'
import {createProcessGroup, joinProcessGroup, type Membership, type ProcessGroup} from '../../runtime/process-group.ts'
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
  const {stopped, warn, onReplace} = options
  const checkReady = createPortCheck()
  const group = createProcessGroup<Listening>({checkReady, onWarning: (text) => void warn(text), onReplace})
  try {
    const listening = await Promise.race([startAll(group, options), stopped.then(() => null), group.failed])
    // A stop during the start, which may have reached the others too.
    if (listening === null) return
    await announce(listening, ready, options)
    await Promise.race([stopped, group.failed])
  } finally {
    ready?.remove()
    await group.stop(STOP_GRACE_MS + 500)
  }
}

async function startAll(group: ProcessGroup<Listening>, {processes}: ProcessesOptions): Promise<Listening> {
  // The first one creates the store, chooses the ports and finds what is wrong with them.
  const first = await group.start()
  await Promise.all(Array.from({length: processes - 1}, () => group.start()))
  return first
}

async function announce(
  {started, dialects}: Listening,
  ready: NewFile | null,
  {readyFile, warn, onListening}: ProcessesOptions,
): Promise<void> {
  const {url, organizationId, workspaceId, deploymentId} = started
  const content = {url, organizationId, workspaceId, deploymentId, dialects: started.dialects}
  const left = ready?.publish(`${JSON.stringify(content, null, 2)}\n`)
  if (left) await warn(`${left.message}. ${left.hint}`)
  await onListening({...started, readyFile: readyFile ?? null}, dialects)
}

/**
 * Return a check that throws CONFIG if a process listens on other ports than the first one. That
 * happens if a port is taken or becomes free between the two. It also happens if all processes are
 * killed and the system chooses the ports.
 */
function createPortCheck(): (listening: Listening) => void {
  let first: StartedService | undefined
  return ({started}) => {
    first ??= started
    if (isDeepStrictEqual(started.dialects, first.dialects)) return
    throw new AppError('CONFIG', 'A process listens on other ports than the first one', {
      hint: 'Start it again. If another program uses the ports, give other ones with --port',
    })
  }
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
