import {basename} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {SIGNAL_EXIT_CODES, type StopSignal} from '../errors/exit-codes.ts'

/** The signals that stop this process. Unless they are held back, each ends it immediately, as the system does it. */
export interface Signals {
  /**
   * Run `work`, during which a signal waits: five seconds at most, or `waitMs`. Then `work` is abandoned with CANCELLED (SIGINT)
   * or TERMINATED (any other). A second signal abandons it too. SQLite is synchronous: a signal is not seen while a statement runs.
   */
  hold<T>(work: () => Promise<T>, options: HoldOptions): Promise<T>
  /** For `work`, before the step after which it must not be stopped: CANCELLED or TERMINATED when a signal came. */
  refuseWhenStopped(): void
  /** Work is left that may never end: the process has to be ended in spite of it. */
  readonly abandoned: boolean
}

interface HoldOptions {
  /** The first signal has come. */
  onStop(signal: StopSignal): void
  waitMs?: number
  /** How to see what became of the work when it is abandoned. */
  hint: string
}

interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
}

interface SignalsOptions {
  /** How long to wait for the answer after the first signal. */
  waitMs?: number | undefined
  signals?: readonly StopSignal[]
}

// On Windows there is no SIGQUIT: Node takes it for the name of an event that never comes.
const STOP_SIGNALS = Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]

/**
 * The signals of a real process. Under `nohup` none of them is SIGHUP, which is ignored. Node itself undoes `nohup`: it sets every
 * ignored signal back to its default when it starts, and leaves no trace. What is left is the variable `_`, in which bash, zsh and
 * ksh write the program that they start.
 */
export function createProcessSignals(env: Record<string, string | undefined>): Signals {
  if (basename(env['_'] ?? '') !== 'nohup') return createSignals(process)
  process.on('SIGHUP', () => {})
  return createSignals(process, {signals: STOP_SIGNALS.filter((signal) => signal !== 'SIGHUP')})
}

/**
 * Listen only while `hold` runs. Libraries with listeners of their own (signal-exit, for ora and inquirer) end the process only if
 * no one else listens.
 */
export function createSignals(
  source: SignalSource,
  {waitMs = 5000, signals = STOP_SIGNALS}: SignalsOptions = {},
): Signals {
  let stopped: StopSignal | undefined
  let deadline: NodeJS.Timeout | undefined
  let abandoned = false
  return {
    get abandoned() {
      return abandoned
    },
    refuseWhenStopped() {
      if (stopped === undefined) return
      // The answer is there: what is left to undo has the same time.
      if (!abandoned) deadline?.refresh()
      throw new AppError(toErrorCode(stopped), `stopped by ${stopped}`, {signal: stopped})
    },
    async hold(work, {onStop, hint, waitMs: ownWaitMs = waitMs}) {
      const {promise: abandonment, reject} = Promise.withResolvers<never>()
      const abandon = (signal: StopSignal, why: string) => {
        abandoned = true
        reject(new AppError(toErrorCode(signal), `Stopped by ${signal} ${why}`, {signal, hint}))
      }
      const onSignal = (signal: StopSignal) => {
        if (stopped) return abandon(signal, 'before the answer came')
        stopped = signal
        deadline = setTimeout(abandon, ownWaitMs, signal, `after ${ownWaitMs / 1000} seconds without an answer`)
        onStop(signal)
      }
      for (const signal of signals) source.on(signal, onSignal)
      try {
        return await Promise.race([work(), abandonment])
      } finally {
        clearTimeout(deadline)
        for (const signal of signals) source.off(signal, onSignal)
      }
    },
  }
}

function toErrorCode(signal: StopSignal): 'CANCELLED' | 'TERMINATED' {
  return signal === 'SIGINT' ? 'CANCELLED' : 'TERMINATED'
}
