import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import type {ErrorCode} from '../../src/errors/exit-codes.ts'

/** Expect the work to fail with this code, and return the error for further checks. */
export async function expectFailure(work: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const err = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(err, `expected ${code}`).to.be.instanceOf(AppError)
  expect(err).to.include({code})
  return err as AppError
}
