import type {ErrorCode, StopSignal} from './exit-codes.ts'
import type {Reason} from './reasons.ts'

export interface FieldError {
  field: string
  code: string
  message: string
}

export interface AppErrorDetails {
  /** What to do now: a command the reader can run, or the flag to give. Public. */
  hint?: string
  /** Of a refusal of the token service, for the code that words its hint: never printed. */
  reason?: Reason
  facts?: Record<string, string | number | readonly string[]>
  /** For the log under DEBUG only: never printed, never part of JSON or of a response. */
  cause?: unknown
  /** False: the same command will fail again, although its code says otherwise. */
  retryable?: false
  /** The signal that stopped the command: its exit code is that of the signal. */
  signal?: StopSignal
  /** What a check found; printed as `result` beside the error under --json. */
  result?: unknown
  /** Of the vendor's answer, unchanged. */
  vendor?: string
  status?: number
  vendorCode?: string
  requestId?: string
  fieldErrors?: FieldError[]
}

/**
 * The one kind of error that is meant for a reader. `message` says what and which, `details.hint` what to do now; both are
 * public. Anything else that is thrown is a fault of ours and is reported as INTERNAL with fixed words.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: AppErrorDetails

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, {cause: details.cause})
    this.name = 'AppError'
    this.code = code
    this.details = details
    // oclif rewrites the message of whatever a flag's parser throws; ours are worded already.
    Object.defineProperty(this, 'message', {get: () => message, set: () => {}})
  }
}
