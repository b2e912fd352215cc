import {AppError} from '../errors/app-error.ts'

/** Return the message of the error that a check throws, for a question; null if it throws none. */
export function findComplaint(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (err) {
    if (err instanceof AppError) return err.message
    throw err
  }
}
