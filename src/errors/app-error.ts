import type {ErrorCode, StopSignal} from './exit-codes.ts'
import type {Reason} from './reasons.ts'

export interface FieldError {
  field: string
  code: string
  message: string
}

export interface GoneThing {
  /**
   * Its id, its name or its e-mail address. Null if it was named only by a secret that is unknown.
   */
  wanted: string | null
  /** A sentence for a person, if the message of the error is in the words of a vendor. */
  sentence?: string
}

export interface AppErrorDetails {
  /** The next step for the reader: a command to run, or the flag to add. Public. */
  hint?: string
  /**
   * Why the token service refused, with its facts. The caller writes the hint from both. Never
   * printed.
   */
  reason?: Reason
  facts?: Record<string, string | number | readonly string[]>
  /** For the log under DEBUG only. Never printed, and never part of JSON or of a response. */
  cause?: unknown
  /** False if the same command would fail again, although its code is one for a retry. */
  retryable?: false
  /**
   * For NOT_FOUND: what the command is about is gone, and not the place where it looked. Never
   * printed.
   */
  gone?: GoneThing
  /**
   * The answer does not have the form of the vendor's errors: a gateway or a proxy may have sent
   * it. Never printed.
   */
  isForeign?: true
  /** The signal that stopped the command. It decides the exit code. */
  signal?: StopSignal
  /** What a check found. Printed as `result` next to the error under --json. */
  result?: unknown
  /** From the response of the vendor, unchanged; so are the next four fields. */
  vendor?: string
  status?: number
  vendorCode?: string
  requestId?: string
  fieldErrors?: FieldError[]
}

/**
 * The only kind of error that is meant for a reader. `message` states what went wrong and with
 * which item. `details.hint` is the next step. Both are public. Anything else that is thrown is a
 * bug in tokenry and is reported as INTERNAL with a fixed text.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: AppErrorDetails

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, {cause: details.cause})
    this.name = 'AppError'
    this.code = code
    this.details = details
    // oclif rewrites the message of an error that a flag's parser throws. Ours must stay as it is.
    Object.defineProperty(this, 'message', {get: () => message, set: () => {}})
  }
}
