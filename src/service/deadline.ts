import {AsyncLocalStorage} from 'node:async_hooks'

/**
 * The deadline of the request in progress, for everything that it calls. It is the only state of
 * the module: a parameter would have to pass through every operation between HTTP and the store.
 */
const deadlines = new AsyncLocalStorage<number>()

/**
 * Run `work` so that no wait for the store in it ends after `deadlineMs`, a time of `monotonicMs`.
 */
export function runWithDeadline<T>(deadlineMs: number, work: () => T): T {
  return deadlines.run(deadlineMs, work)
}

/**
 * Return when a wait for the store that begins now must end. A request that has waited before gets
 * only the rest of its time.
 */
export function findDeadline(): number {
  return Math.min(deadlines.getStore() ?? Number.POSITIVE_INFINITY, monotonicMs() + STORE_WAIT_MS)
}

/** How long to wait for a lock of another process, in milliseconds. */
export const STORE_WAIT_MS = 10_000

/** The current time of a monotonic clock. Not `performance`, because its first use takes 1 ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}
