import cluster, {type Worker} from 'node:cluster'
import {once} from 'node:events'
import {AppError} from '../errors/app-error.ts'
import type {ErrorCode} from '../errors/exit-codes.ts'

/** What a member reports to the first process. */
type Report<Ready> =
  | {kind: 'ready'; ready: Ready}
  | {kind: 'warning'; text: string}
  | {kind: 'error'; code: ErrorCode; message: string; hint: string | undefined}

/** Copies of this program that answer on the same ports. The first process only distributes. */
export interface ProcessGroup<Ready> {
  /**
   * Start a member with the arguments of this process. Return what it reports when it is ready.
   * Throw the error that it reports instead.
   */
  start(): Promise<Ready>
  /** Rejects when a member cannot go on, with its error. A member that is killed is replaced. */
  failed: Promise<never>
  /** Ask all members to end, and kill those that are still there after `graceMs`. */
  stop(graceMs: number): Promise<void>
}

export interface GroupEvents {
  /** A warning of the first member. The others would repeat it. */
  onWarning(text: string): void
  /** A member was killed, and another one takes its place. */
  onReplace(how: string): void
}

/** The message that asks a member to end. */
const STOP = 'stop'

/** If more members than this have to be replaced in a minute, the group fails. */
const REPLACEMENTS_MAX = 5
const MINUTE_MS = 60_000

/** Create a group without members. */
export function createProcessGroup<Ready>({onWarning, onReplace}: GroupEvents): ProcessGroup<Ready> {
  const {promise: failed, reject: fail} = Promise.withResolvers<never>()
  // The caller may stop the group without ever waiting for a failure.
  failed.catch(() => {})
  const members = new Set<Worker>()
  const replacedAt: number[] = []
  let stopping = false

  function start(): Promise<Ready> {
    const {promise, resolve, reject} = Promise.withResolvers<Ready>()
    // stdout is for the document of the first process.
    cluster.setupPrimary({stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
    const isFirst = members.size === 0
    const member = cluster.fork()
    members.add(member)
    let isReady = false
    let error: AppError | undefined
    member.on('message', (report: Report<Ready>) => {
      if (report.kind === 'warning' && isFirst) onWarning(report.text)
      if (report.kind === 'error')
        error = new AppError(report.code, report.message, {...(report.hint ? {hint: report.hint} : {})})
      if (report.kind === 'ready') {
        isReady = true
        resolve(report.ready)
      }
    })
    member.once('exit', (code, signal) => {
      members.delete(member)
      if (stopping) return
      const how = signal ?? `exit code ${code}`
      const ended = error ?? new AppError('INTERNAL', `A process of the service has ended (${how})`)
      if (!isReady) reject(ended)
      else if (error || !mayReplace()) fail(ended)
      else {
        onReplace(how)
        start().catch(fail)
      }
    })
    return promise
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
        if (member.isConnected()) member.send(STOP)
        const timer = setTimeout(() => member.process.kill('SIGKILL'), graceMs)
        await exit
        clearTimeout(timer)
      })
      await Promise.all(ended)
    },
  }
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
