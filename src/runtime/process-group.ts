import cluster, {type Worker} from 'node:cluster'
import {once} from 'node:events'
import {AppError} from '../errors/app-error.ts'
import {type ErrorCode, SIGNAL_EXIT_CODES} from '../errors/exit-codes.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** What a member reports to the first process. */
type Report<Ready> =
  | {kind: 'ready'; ready: Ready}
  | {kind: 'warning'; text: string}
  | {kind: 'error'; code: ErrorCode; message: string; hint: string | undefined}

/** Copies of this program that answer on the same ports. The first process only distributes. */
export interface ProcessGroup<Ready> {
  /**
   * Start a member with the arguments of this process. Return what it reports when it is ready.
   * Throw the error that it reports instead. After `stop`, start nothing and never resolve.
   */
  start(): Promise<Ready>
  /** Rejects when a member cannot go on, with its error. A member that is killed is replaced. */
  failed: Promise<never>
  /** Ask all members to end, and kill those that are still there after `graceMs`. */
  stop(graceMs: number): Promise<void>
}

export interface GroupEvents<Ready> {
  /** A member is ready, at the start or after one was replaced. Throw if it cannot be one. */
  checkReady(ready: Ready): void
  /** A warning of the first member. The others would repeat it. */
  onWarning(text: string): void
  /** A member was killed, and another one takes its place. */
  onReplace(how: string): void
}

/** The message that asks a member to end. */
const STOP = 'stop'

/**
 * How long to wait for the same signal after it has ended a member. Ctrl-C sends it to every
 * process, and the end of a member can be reported before the signal itself.
 */
const SAME_SIGNAL_MS = 250

/** If more members than this have to be replaced in a minute, the group fails. */
const REPLACEMENTS_MAX = 5
const MINUTE_MS = 60_000

/** Create a group without members. */
export function createProcessGroup<Ready>({checkReady, onWarning, onReplace}: GroupEvents<Ready>): ProcessGroup<Ready> {
  const {promise: failed, reject: fail} = Promise.withResolvers<never>()
  // The caller may stop the group without ever waiting for a failure.
  failed.catch(() => {})
  const members = new Set<Worker>()
  const replacedAt: number[] = []
  let stopping = false

  function start(): Promise<Ready> {
    const {promise, resolve, reject} = Promise.withResolvers<Ready>()
    let isReady = false
    // The caller may go on with the start when it has already asked for the end.
    if (stopping) return promise
    launch({
      onReady(ready) {
        isReady = true
        resolve(ready)
      },
      onError: (err) => (isReady ? fail(err) : reject(err)),
      onKilled: (how) => (isReady ? replace(how) : reject(describeEnd(how))),
    })
    return promise
  }

  function replace(how: string): void {
    if (mayReplace()) {
      onReplace(how)
      launch({onReady: () => {}, onError: fail, onKilled: replace})
    } else fail(describeEnd(how))
  }

  function launch({onReady, onError, onKilled}: MemberEvents<Ready>): void {
    // stdout is for the document of the first process.
    cluster.setupPrimary({stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
    const isFirst = members.size === 0
    const member = cluster.fork()
    members.add(member)
    let error: AppError | undefined
    member.on('message', (report: Report<Ready>) => {
      if (report.kind === 'warning' && isFirst) onWarning(report.text)
      if (report.kind === 'error')
        error = new AppError(report.code, report.message, {...(report.hint ? {hint: report.hint} : {})})
      if (report.kind === 'ready') {
        try {
          checkReady(report.ready)
          onReady(report.ready)
        } catch (err) {
          onError(err)
        }
      }
    })
    member.on('error', (err) => {
      // Otherwise it is a message to a process that has just ended. Its exit follows.
      if (member.process.pid !== undefined) return
      members.delete(member)
      onError(cannotStart(err))
    })
    const conclude = (how: string) => {
      if (stopping) return
      if (error) onError(error)
      else onKilled(how)
    }
    member.once('exit', (code, signal) => {
      members.delete(member)
      if (signal !== null && signal in SIGNAL_EXIT_CODES) setTimeout(conclude, SAME_SIGNAL_MS, signal)
      else conclude(signal ?? `exit code ${code}`)
    })
  }

  function mayReplace(): boolean {
    const now = Date.now()
    replacedAt.push(now)
    return replacedAt.filter((at) => at > now - MINUTE_MS).length <= REPLACEMENTS_MAX
  }

  return {
    start,
    failed,
    async stop(graceMs) {
      stopping = true
      const ended = [...members].map(async (member) => {
        const exit = once(member, 'exit')
        // Without a callback, an error would be thrown: a process that has just ended reads
        // nothing.
        if (member.isConnected()) member.process.send(STOP, () => {})
        const timer = setTimeout(() => member.process.kill('SIGKILL'), graceMs)
        await exit
        clearTimeout(timer)
      })
      await Promise.all(ended)
    },
  }
}

interface MemberEvents<Ready> {
  onReady(ready: Ready): void
  /** It cannot start or go on. */
  onError(err: unknown): void
  /** It has ended without an error of its own. */
  onKilled(how: string): void
}

function describeEnd(how: string): AppError {
  return new AppError('INTERNAL', `A process of the service has ended (${how})`)
}

function cannotStart(cause: unknown): AppError {
  return new AppError('CONFIG', `No further process can be started (${readSystemCode(cause)})`, {
    cause,
    hint: `See the limit of processes, and whether Node is there: ulimit -u; ls -l ${shellPath(process.execPath)}`,
  })
}

/** What a member does with its group. */
export interface Membership<Ready> {
  report(report: Report<Ready>): Promise<void>
  /** Resolves when the first process asks this one to end. */
  stopped: Promise<void>
  /** Close the channel to the first process, which otherwise keeps this one running. */
  leave(): void
}

/**
 * Return the membership of this process; null in a process that no group has started. If the first
 * process ends, Node ends this one.
 */
export function joinProcessGroup<Ready>(): Membership<Ready> | null {
  if (!cluster.isWorker) return null
  const {promise: stopped, resolve: stop} = Promise.withResolvers<void>()
  process.on('message', (message) => {
    if (message === STOP) stop()
  })
  return {
    stopped,
    leave: () => void cluster.worker?.disconnect(),
    report: (report) =>
      new Promise((resolve) => {
        // If the first process has ended, no one reads the report.
        process.send?.(report, undefined, undefined, () => resolve())
      }),
  }
}
