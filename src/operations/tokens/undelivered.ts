import {AppError, type AppErrorDetails} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {readReason} from '../../lib/system-error.ts'

interface Undelivered {
  why: string
  /**
   * The code to report when the secret was ended again. A signal keeps its own code and exit code.
   */
  code: ErrorCode
  details: Pick<AppErrorDetails, 'hint' | 'signal'>
}

const HINT = 'Run the command again with an output that can be written, such as --output FILE'

/** Return why a secret was not delivered, with the code and the details of the error. */
export function explainUndelivered(cause: unknown): Undelivered {
  const known = cause instanceof AppError ? cause : null
  if (known && (known.code === 'CANCELLED' || known.code === 'TERMINATED')) {
    const {signal} = known.details
    return {why: `was not written out: ${known.message}`, code: known.code, details: signal ? {signal} : {}}
  }
  return {
    why: `could not be written out: ${known?.message ?? readReason(cause)}`,
    code: 'UNDELIVERED',
    // If the writer of the secret has a hint, that hint is more exact than ours.
    details: {hint: (known?.code === 'UNDELIVERED' ? known.details.hint : undefined) ?? HINT},
  }
}
