import {basename} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {SIGNAL_EXIT_CODES, type StopSignal} from '../errors/exit-codes.ts'

/**
 * The signals that stop this process. Outside `hold` each ends it immediately, as is the default of
 * the system.
 */
export interface Signals {
  /**
   * Run `work`. If a signal comes, `work` may go on for five seconds, or `waitMs`. Then it is
   * abandoned: CANCELLED (SIGINT), TERMINATED (any other), or UNCERTAIN if a secret may exist. A
   * second signal abandons it immediately. SQLite is synchronous: a signal is not seen while a
   * statement runs. A signal during earlier work does not count; work does not hold within work.
   */
  hold<T>(work: () => Promise<T>, options: HoldOptions): Promise<T>
  /**
   * Run `work` that holds several times. A signal between two holds does not end the process: the
   * next one then throws CANCELLED or TERMINATED before its work. So does it after a signal in a
   * hold that has ended well.
   */
  holdSeveral<T>(work: () => Promise<T>): Promise<T>
  /**
   * Throw CANCELLED or TERMINATED if a signal has come. `work` calls it before the step after which
   * it must not be stopped.
   */
  refuseWhenStopped(): void
  /**
   * Wait, in milliseconds. If `hold` runs, throw CANCELLED or TERMINATED as soon as a signal comes.
   * After `refuseWhenStopped` has thrown, only wait: the work is undoing what it did.
   */
  pause(ms: number): Promise<void>
  /**
   * Called by a client: its mints are requests, and each begins with `noteMintSent`. Until then,
   * work that is abandoned has created no secret.
   */
  expectMintRequests(): void
  noteMintSent(): void
  /** True if work is left that may never end: end the process nevertheless. */
  readonly abandoned: boolean
}

interface HoldOptions {
  /** Called at the first signal. */
  onStop(signal: StopSignal): void
  /** Called if the work is abandoned, before `hold` rejects. */
  onAbandon?(): void
  /** 0: the first signal abandons the work. */
  waitMs?: number
  /** For the error when the work is abandoned: how to look up its result. */
  hint: string
  /** True if the work creates a secret: abandoned, it may have done so. */
  mints?: boolean
}

interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
}

interface SignalsOptions {
  /** How long to wait for the end of `work` after the first signal. */
  waitMs?: number | undefined
  signals?: readonly StopSignal[]
}

// Windows has no SIGQUIT: Node treats it there as the name of an event that never comes.
const STOP_SIGNALS = Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]

/**
 * Return the signals of a real process. Under `nohup` SIGHUP is ignored and does not stop it. Node
 * itself undoes `nohup`: when it starts, it resets every ignored signal to its default, and leaves
 * no trace. Only the variable `_` remains, in which bash, zsh and ksh write the program that they
 * start.
 */
export function createProcessSignals(env: Record<string, string | undefined>): Signals {
  if (basename(env['_'] ?? '') !== 'nohup') return createSignals(process)
  process.on('SIGHUP', () => {})
  return createSignals(process, {signals: STOP_SIGNALS.filter((signal) => signal !== 'SIGHUP')})
}

/**
 * Return signals that are listened to only while `hold` runs. Libraries with listeners of their own
 * (signal-exit, for ora and inquirer) end the process only if there is no other listener.
 */
export function createSignals(
  source: SignalSource,
  {waitMs = 5000, signals = STOP_SIGNALS}: SignalsOptions = {},
): Signals {
  let stopped: StopSignal | undefined
  let deadline: NodeJS.Timeout | undefined
  let abandoned = false
  let refused = false
  let mintSent = true
  let mintsAreRequests = false
  let endPause: (() => void) | undefined
  let holdsSeveral = false
  let holding = false
  const refuseWhenStopped = () => {
    if (stopped === undefined) return
    // The answer has come. Undoing it gets the full waiting time again.
    if (!abandoned) deadline?.refresh()
    refused = true
    throw new AppError(toErrorCode(stopped), `stopped by ${stopped}`, {signal: stopped})
  }
  return {
    get abandoned() {
      return abandoned
    },
    refuseWhenStopped,
    expectMintRequests() {
      mintsAreRequests = true
      mintSent = false
    },
    noteMintSent() {
      mintSent = true
    },
    async holdSeveral(work) {
      const onSignal = (signal: StopSignal) => {
        if (!holding) stopped ??= signal
      }
      stopped = undefined
      holdsSeveral = true
      for (const signal of signals) source.on(signal, onSignal)
      try {
        return await work()
      } finally {
        holdsSeveral = false
        for (const signal of signals) source.off(signal, onSignal)
      }
    },
    async pause(ms) {
      if (!refused) refuseWhenStopped()
      const {promise, resolve} = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      endPause = resolve
      await promise
      clearTimeout(timer)
      if (!refused) refuseWhenStopped()
    },
    async hold(work, {onStop, onAbandon, hint, mints = false, waitMs: ownWaitMs = waitMs}) {
      if (holdsSeveral) refuseWhenStopped()
      stopped = undefined
      refused = false
      holding = true
      mintSent = !mintsAreRequests
      const {promise: abandonment, reject} = Promise.withResolvers<never>()
      const abandon = (signal: StopSignal, why: string) => {
        abandoned = true
        onAbandon?.()
        const message = `Stopped by ${signal} ${why}`
        reject(
          mints && mintSent
            ? new AppError('UNCERTAIN', `${message}: a new secret may exist`, {hint})
            : new AppError(toErrorCode(signal), message, {signal, hint}),
        )
      }
      const onSignal = (signal: StopSignal) => {
        const isFirst = stopped === undefined
        stopped ??= signal
        endPause?.()
        if (!isFirst || ownWaitMs === 0) return abandon(signal, 'before the answer came')
        deadline = setTimeout(abandon, ownWaitMs, signal, `after ${ownWaitMs / 1000} seconds without an answer`)
        onStop(signal)
      }
      for (const signal of signals) source.on(signal, onSignal)
      try {
        return await Promise.race([work(), abandonment])
      } finally {
        holding = false
        clearTimeout(deadline)
        // `refresh` would start a timer that was cleared.
        deadline = undefined
        for (const signal of signals) source.off(signal, onSignal)
      }
    },
  }
}

function toErrorCode(signal: StopSignal): 'CANCELLED' | 'TERMINATED' {
  return signal === 'SIGINT' ? 'CANCELLED' : 'TERMINATED'
}
