import {setTimeout as wait} from 'node:timers/promises'
import {AppError} from '../../../errors/app-error.ts'

/** How long to wait for a lock of another process. */
export const LOCK_WAIT_MS = 10_000

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

/** The current time of a monotonic clock. Not `performance`, because its first use takes 1 ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}
