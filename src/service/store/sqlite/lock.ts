import {setTimeout as wait} from 'node:timers/promises'
import {AppError} from '../../../errors/app-error.ts'
import {findDeadline, monotonicMs} from '../../deadline.ts'

/**
 * Milliseconds between two attempts. Most locks are held for a few milliseconds, by a change of
 * another process, so the first attempts follow soon. The later ones leave the processor to others.
 */
const RETRY_MS_MIN = 1
const RETRY_MS_MAX = 20
/** After how many attempts the wait is longest. */
const SOON_TRIES = 100

/**
 * Call `attempt` until it does not throw TIMEOUT, for at most 10 seconds. After that, throw its
 * TIMEOUT. If SQLite waited itself, it would block signals, timers and other callers. So
 * connections have no busy_timeout, and `attempt` must not wait.
 */
export async function retryWhileLocked<T>(attempt: () => T | Promise<T>): Promise<T> {
  let deadlineMs: number | undefined
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (err) {
      if (!isLockedError(err)) throw err
      deadlineMs ??= findDeadline()
      if (monotonicMs() >= deadlineMs) throw err
    }
    await waitForLock(tries)
  }
}

export function isLockedError(err: unknown): err is AppError {
  return err instanceof AppError && err.code === 'TIMEOUT'
}

/**
 * Wait until the next attempt. `tries` is the number of attempts so far. The wait is random, so
 * that waiting processes do not retry in step.
 */
export async function waitForLock(tries: number): Promise<void> {
  const longestMs = (RETRY_MS_MAX - RETRY_MS_MIN) * Math.min(1, tries / SOON_TRIES)
  await wait(RETRY_MS_MIN + Math.random() * longestMs)
}
