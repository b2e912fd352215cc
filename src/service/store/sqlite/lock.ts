import {setTimeout as wait} from 'node:timers/promises'
import {AppError} from '../../../errors/app-error.ts'

/** How long a lock of another process is waited for. */
export const LOCK_WAIT_MS = 10_000

/** Milliseconds between two tries. Random, so that processes which wait for each other do not keep in step. */
const RETRY_MS_MIN = 1
const RETRY_MS_MAX = 20

/**
 * Call `attempt` until it does not throw TIMEOUT, for 10 seconds at most; then throw that TIMEOUT. SQLite itself would wait
 * without giving a signal, a timer or another caller a turn. So connections have no busy_timeout, and `attempt` must not wait.
 */
export async function retryWhileLocked<T>(attempt: () => T | Promise<T>): Promise<T> {
  let deadlineMs: number | undefined
  for (;;) {
    try {
      return await attempt()
    } catch (err) {
      if (!isLockedError(err)) throw err
      deadlineMs ??= monotonicMs() + LOCK_WAIT_MS
      if (monotonicMs() >= deadlineMs) throw err
    }
    await waitForLock()
  }
}

export function isLockedError(err: unknown): boolean {
  return err instanceof AppError && err.code === 'TIMEOUT'
}

export async function waitForLock(): Promise<void> {
  await wait(RETRY_MS_MIN + Math.random() * (RETRY_MS_MAX - RETRY_MS_MIN))
}

/** Not `performance`: the first look at it takes Node 1 ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}
