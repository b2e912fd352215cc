import {AppError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {reasonOf} from '../../lib/system-error.ts'

/** Why a secret did not get out, and the code for it once the secret is ended again: a signal that stopped it keeps its own. */
export function explainUndelivered(cause: unknown): {why: string; code: ErrorCode} {
  if (!(cause instanceof AppError)) return {why: `could not be written out: ${reasonOf(cause)}`, code: 'UNDELIVERED'}
  if (cause.code === 'CANCELLED' || cause.code === 'TERMINATED') {
    return {why: `was not written out: ${cause.message}`, code: cause.code}
  }
  return {why: `could not be written out: ${cause.message}`, code: 'UNDELIVERED'}
}
