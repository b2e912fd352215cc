import {AppError} from '../errors/app-error.ts'
import {countWords, DAY_MS, DAY_SECONDS, type DurationFault, parseDuration, SECOND_MS, YEAR_MS} from './duration.ts'
import {quoteValue} from './quote-value.ts'

/** Ten years: no vendor allows a longer lifetime for a token that ends. */
const WINDOW_MAX_MS = 10 * YEAR_MS

/**
 * Read the value of a flag for a span of time, such as `--expiring-within 14d`. Return
 * milliseconds. It accepts the same text as `parseDuration`. A plain number is days, for every
 * vendor. A date and `never` are refused, because they are not a span.
 *
 * @param flag with its dashes
 * @param maxMs the longest span, in whole days; the shortest is 1 second
 * @throws AppError USAGE that names the flag.
 */
export function parseWindow(flag: string, text: string, maxMs = WINDOW_MAX_MS): number {
  const range = `1 second to ${countWords(maxMs / DAY_MS, 'day')}`
  const seconds = parseDuration(text, DAY_SECONDS)
  if (typeof seconds !== 'number') throw refusal(flag, text, `${FAULT_WORDS[seconds]} (${range})`)
  if (seconds < 1 || seconds * SECOND_MS > maxMs) throw refusal(flag, text, `is out of range (${range})`)
  return seconds * SECOND_MS
}

const FAULT_WORDS: Readonly<Record<DurationFault, string>> = {
  malformed: 'is not a number of days or a duration like 12h, 14d, 2w, 1d12h or P14D',
  'out-of-order': 'has its units out of order: write the largest first and each at most once',
  'no-unit': 'has no unit',
}

function refusal(flag: string, text: string, problem: string): AppError {
  return new AppError('USAGE', `${flag} ${quoteValue(text)} ${problem}`, {
    hint: `Give a number of days or a duration, for example: ${flag} 7d`,
  })
}
