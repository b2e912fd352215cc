import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'

/** Return the USAGE error that a parser throws. Fail the test for any other error, and for none. */
export function usageErrorOf(parse: () => unknown): AppError {
  const outcome = valueOrUsage(parse)
  expect(outcome, 'no error').to.be.instanceOf(AppError)
  return outcome as AppError
}

/** Return what a parser returns, or the USAGE error that it throws. Throw any other error again. */
export function valueOrUsage<T>(parse: () => T): T | AppError {
  try {
    return parse()
  } catch (err) {
    if (err instanceof AppError && err.code === 'USAGE') return err
    throw err
  }
}
