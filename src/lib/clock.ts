import {AppError} from '../errors/app-error.ts'
import {toRfc3339} from './rfc3339.ts'

/** Before this no tokenry ran: such a clock is not set. */
const CLOCK_MIN_MS = Date.UTC(2020, 0, 1)

/** From here on, the longest lifetime (3650 days) ends in a year of five digits, which RFC 3339 and its readers do not have. */
const CLOCK_MAX_MS = Date.UTC(9990, 0, 1)

/** The last time that RFC 3339 can express, in epoch milliseconds. */
const TIME_MAX_MS = Date.UTC(10_000, 0, 1) - 1

/** Read the clock; CONFIG if tokens made by it could end at a time that no reader understands. Epoch milliseconds. */
export function checkedClock(now: () => number): () => number {
  return () => {
    const nowMs = now()
    if (nowMs < CLOCK_MAX_MS) return nowMs
    throw new AppError(
      'CONFIG',
      `The clock of this machine says ${toRfc3339(nowMs)}, and tokens end before year 10000`,
      {
        hint: 'Set the clock, then run the command again; what it says: date -u',
      },
    )
  }
}

/** Say what is wrong with a clock that is probably not set; null if nothing is. */
export function clockWarning(nowMs: number): string | null {
  if (nowMs >= CLOCK_MIN_MS) return null
  return `The clock of this machine says ${toRfc3339(nowMs)}; what is made now has that date, and expires by it`
}

/** INVALID for an end that RFC 3339 cannot express. */
export function checkEnd(endMs: number): void {
  if (endMs <= TIME_MAX_MS) return
  throw new AppError('INVALID', 'The token would expire after the year 9999, which no reader of its end understands', {
    hint: 'Choose a shorter lifetime',
  })
}
