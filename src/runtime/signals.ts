import {AppError} from '../errors/app-error.ts'

type StopSignal = 'SIGINT' | 'SIGTERM'

/** SIGINT and SIGTERM of this process. Unless they are held back, each ends it at once, as the system does it: 130, 143. */
export interface Signals {
  /**
   * Run `work`, during which a signal waits: five seconds at most, or what `waitMs` says, then `work` is abandoned with CANCELLED (SIGINT) or TERMINATED
   * (SIGTERM). So it is at a second signal. SQLite is synchronous: while a statement runs, a signal is not seen yet.
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

/** How long the answer is waited for after the first signal. */
const ANSWER_WAIT_MS = 5000

/**
 * Listens only while `hold` runs. Libraries with listeners of their own (signal-exit, for ora and inquirer) end the process only when
 * nobody else listens.
 */
export function createSignals(source: SignalSource, waitMs: number = ANSWER_WAIT_MS): Signals {
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
      throw new AppError(codeOf(stopped), `stopped by ${stopped}`)
    },
    async hold(work, {onStop, hint, waitMs: ownWaitMs = waitMs}) {
      const {promise: abandonment, reject} = Promise.withResolvers<never>()
      const abandon = (signal: StopSignal, why: string) => {
        abandoned = true
        reject(new AppError(codeOf(signal), `Stopped by ${signal} ${why}`, {hint}))
      }
      const onSignal = (signal: StopSignal) => {
        if (stopped) return abandon(signal, 'before the answer came')
        stopped = signal
        deadline = setTimeout(abandon, ownWaitMs, signal, `after ${ownWaitMs / 1000} seconds without an answer`)
        onStop(signal)
      }
      source.on('SIGINT', onSignal)
      source.on('SIGTERM', onSignal)
      try {
        return await Promise.race([work(), abandonment])
      } finally {
        clearTimeout(deadline)
        source.off('SIGINT', onSignal)
        source.off('SIGTERM', onSignal)
      }
    },
  }
}

function codeOf(signal: StopSignal): 'CANCELLED' | 'TERMINATED' {
  return signal === 'SIGINT' ? 'CANCELLED' : 'TERMINATED'
}
