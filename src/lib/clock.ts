import {AppError} from '../errors/app-error.ts'
import {toRfc3339} from './rfc3339.ts'

/** tokenry did not exist before this time, so a clock before it is not set. */
const CLOCK_MIN_MS = Date.UTC(2020, 0, 1)

/**
 * From this time on, the longest lifetime (3650 days) ends in a year of five digits, which RFC 3339
 * does not allow.
 */
const CLOCK_MAX_MS = Date.UTC(9990, 0, 1)

/** The last time that RFC 3339 can express, in epoch milliseconds. */
const TIME_MAX_MS = Date.UTC(10_000, 0, 1) - 1

/**
 * Return a function that reads the clock as epoch milliseconds. It throws CONFIG if the time is so
 * late that a new token could end after the year 9999.
 */
export function checkedClock(now: () => number): () => number {
  return () => {
    const nowMs = now()
    if (nowMs < CLOCK_MAX_MS) return nowMs
    throw new AppError(
      'CONFIG',
      `The clock of this machine says ${toRfc3339(nowMs)}, and tokens end before year 10000`,
      {
        hint: 'Set the clock, then run the command again. To read the clock: date -u',
      },
    )
  }
}

/** Return a warning if the clock is probably not set, else null. */
export function clockWarning(nowMs: number): string | null {
  if (nowMs >= CLOCK_MIN_MS) return null
  return `The clock of this machine says ${toRfc3339(nowMs)}; a token created now gets that date and expires by that clock`
}

/** Throw INVALID for an end that RFC 3339 cannot express. */
export function checkEnd(endMs: number): void {
  if (endMs <= TIME_MAX_MS) return
  throw new AppError('INVALID', 'The token would expire after the year 9999, which RFC 3339 cannot express', {
    hint: 'Choose a shorter lifetime',
  })
}
