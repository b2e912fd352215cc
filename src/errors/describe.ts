import {AppError, type AppErrorDetails, type FieldError} from './app-error.ts'
import {type ErrorCode, EXIT_CODES, RETRYABLE, SIGNAL_EXIT_CODES} from './exit-codes.ts'

/** An error as every output mode prints it. The shape is pinned (design.md, section 6). */
export interface ErrorDescription {
  code: ErrorCode
  message: string
  hint: string | null
  exitCode: number
  retryable: boolean
  vendor: string | null
  status: number | null
  vendorCode: string | null
  requestId: string | null
  fieldErrors: FieldError[]
}

const REPORT_HINT = 'Run the command again with DEBUG=tokenry:* to see what, and report it'

/**
 * Return what a reader may see of anything that was thrown. An unknown error becomes a fixed text;
 * its own text is never shown.
 */
export function describeError(err: unknown): ErrorDescription {
  const known = err instanceof AppError ? err : internalError(err)
  const {hint, signal, retryable = true} = known.details
  const {vendor, status, vendorCode, requestId, fieldErrors} = findAnswer(known)
  return {
    code: known.code,
    message: known.message,
    hint: hint ?? (known.code === 'INTERNAL' ? REPORT_HINT : null),
    exitCode: signal ? SIGNAL_EXIT_CODES[signal] : EXIT_CODES[known.code],
    retryable: retryable && RETRYABLE.has(known.code),
    vendor: vendor ?? null,
    status: status ?? null,
    vendorCode: vendorCode ?? null,
    requestId: requestId ?? null,
    fieldErrors: fieldErrors ?? [],
  }
}

/**
 * Return the facts of the vendor's answer. An operation that throws an error of its own keeps the
 * answer as its cause.
 */
function findAnswer(err: AppError): AppErrorDetails {
  const {details} = err
  if (details.vendor !== undefined || !(details.cause instanceof AppError)) return details
  return findAnswer(details.cause)
}

function internalError(cause: unknown): AppError {
  return new AppError('INTERNAL', 'Something went wrong inside tokenry', {cause})
}
