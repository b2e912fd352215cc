import {setTimeout as wait} from 'node:timers/promises'
import {AppError} from '../../../errors/app-error.ts'
import {findDeadline, monotonicMs} from '../../deadline.ts'

/** Milliseconds between two attempts. Random, so that waiting processes do not retry in step. */
const RETRY_MS_MIN = 1
const RETRY_MS_MAX = 20

/**
 * Call `attempt` until it does not throw TIMEOUT, for at most 10 seconds. After that, throw its
 * TIMEOUT. If SQLite waited itself, it would block signals, timers and other callers. So
 * connections have no busy_timeout, and `attempt` must not wait.
 */
export async function retryWhileLocked<T>(attempt: () => T | Promise<T>): Promise<T> {
  let deadlineMs: number | undefined
  for (;;) {
    try {
      return await attempt()
    } catch (err) {
      if (!isLockedError(err)) throw err
      deadlineMs ??= findDeadline()
      if (monotonicMs() >= deadlineMs) throw err
    }
    await waitForLock()
  }
}

export function isLockedError(err: unknown): err is AppError {
  return err instanceof AppError && err.code === 'TIMEOUT'
}

export async function waitForLock(): Promise<void> {
  await wait(RETRY_MS_MIN + Math.random() * (RETRY_MS_MAX - RETRY_MS_MIN))
}
