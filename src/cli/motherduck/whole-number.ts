import {AppError} from '../../errors/app-error.ts'
import {quoteValue} from '../../lib/quote-value.ts'

/** Read a flag for a whole number; undefined if it is not given. USAGE if it is out of range. */
export function readWholeNumber(
  flag: string,
  text: string | undefined,
  {min, max}: {min: number; max: number},
): number | undefined {
  if (text === undefined) return undefined
  const number = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new AppError('USAGE', `${flag} ${quoteValue(text)} is not a whole number from ${min} to ${max}`, {
    hint: `Write, for example: ${flag} ${min}`,
  })
}
