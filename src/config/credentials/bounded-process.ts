import {type ChildProcess, spawn} from 'node:child_process'
import {SIGNAL_EXIT_CODES, type StopSignal} from '../../errors/exit-codes.ts'
import {readSystemCode} from '../../lib/system-error.ts'

interface BoundedOptions {
  env: Record<string, string | undefined>
  /** Default: stdin is at its end from the start. */
  input?: string
  /** Whether its stderr is ours. Otherwise it is discarded. */
  showStderr?: boolean
  timeoutMs: number
  /** The longest stdout that is accepted. */
  bytesMax: number
}

export type Outcome =
  | {kind: 'ended'; exitCode: number | null; signal: NodeJS.Signals | null; stdout: string}
  /** `code` is the system's code, such as ENOENT; empty if Node refused the arguments. */
  | {kind: 'not-started'; code: string}
  | {kind: 'timeout'}
  | {kind: 'too-much'}

/** How long to read on after the program has ended, if a process that it left holds its stdout. */
const DRAIN_MS = 1000

/**
 * Run a program without a shell, and return how it ended and what it wrote to stdout. It gets its
 * own process group. At a limit, and if this process ends first, the group is killed. Never throws:
 * an error of Node would contain the arguments.
 */
export function runBounded(program: string, args: readonly string[], options: BoundedOptions): Promise<Outcome> {
  const {promise, resolve} = Promise.withResolvers<Outcome>()
  const started = start(program, args, options)
  if ('code' in started) return Promise.resolve({kind: 'not-started', code: started.code})
  const {child} = started
  const chunks: Buffer[] = []
  let bytes = 0
  const release = killWithProcess(child)
  const timers = [setTimeout(stop, options.timeoutMs, {kind: 'timeout'})]
  const finish = (outcome: Outcome) => {
    for (const timer of timers) clearTimeout(timer)
    release()
    child.stdout?.destroy()
    resolve(outcome)
  }
  function stop(outcome: Outcome): void {
    killGroup(child)
    finish(outcome)
  }
  const end = (exitCode: number | null, signal: NodeJS.Signals | null) =>
    finish({kind: 'ended', exitCode, signal, stdout: Buffer.concat(chunks).toString('utf8')})
  child.on('error', (err) => finish({kind: 'not-started', code: readSystemCode(err)}))
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > options.bytesMax) stop({kind: 'too-much'})
  })
  child.on('exit', (exitCode, signal) => timers.push(setTimeout(end, DRAIN_MS, exitCode, signal)))
  child.on('close', end)
  // The program may end before it has read its input.
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input)
  return promise
}

function start(
  program: string,
  args: readonly string[],
  {env, input, showStderr}: BoundedOptions,
): {child: ChildProcess} | {code: string} {
  try {
    const child = spawn(program, args, {
      env,
      // Its own group, so that it can be killed with the processes that it starts. On Windows
      // `detached` would open a window.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', showStderr ? 'inherit' : 'ignore'],
    })
    return {child}
  } catch (err) {
    return {code: systemCodeOf(err)}
  }
}

/** Return an empty text for a code of Node, such as ERR_INVALID_ARG_VALUE for a NUL. */
function systemCodeOf(err: unknown): string {
  const code = readSystemCode(err)
  return code.startsWith('ERR_') ? '' : code
}

/**
 * Kill the group if this process ends. Ctrl-C reaches only the group of this process. If someone
 * else listens to a signal, that listener decides when this process ends. Return a function that
 * undoes it.
 */
function killWithProcess(child: ChildProcess): () => void {
  const kill = () => killGroup(child)
  const onSignal = (signal: StopSignal) => {
    kill()
    release()
    process.kill(process.pid, signal)
  }
  const signals = (Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]).filter((name) => process.listenerCount(name) === 0)
  const release = () => {
    process.off('exit', kill)
    for (const signal of signals) process.off(signal, onSignal)
  }
  process.on('exit', kill)
  for (const signal of signals) process.on(signal, onSignal)
  return release
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended already.
  }
}
