/** Every error code of tokenry with its exit code. Only exit code 8 is worth a retry. */
export const EXIT_CODES = {
  INTERNAL: 1,
  USAGE: 2,
  INVALID: 2,
  CONFIG: 3,
  UNAUTHENTICATED: 4,
  FORBIDDEN: 5,
  NOT_FOUND: 6,
  CONFLICT: 7,
  RATE_LIMITED: 8,
  UPSTREAM: 8,
  TIMEOUT: 8,
  PARTIAL: 9,
  CHECK_FAILED: 10,
  UNDELIVERED: 11,
  UNCERTAIN: 12,
  CANCELLED: 130,
  /** For SIGTERM. `SIGNAL_EXIT_CODES` has the other signals. */
  TERMINATED: 143,
} as const

export type ErrorCode = keyof typeof EXIT_CODES

/** Codes after which the same command, unchanged, may succeed when it is run again. */
export const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RATE_LIMITED', 'UPSTREAM', 'TIMEOUT'])

/**
 * The signals that stop a command, with the exit code that a shell reports: 128 plus the signal's
 * number. SIGINT is CANCELLED. Every other signal is TERMINATED, with its exit code from this
 * table.
 */
export const SIGNAL_EXIT_CODES = {SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143} as const

export type StopSignal = keyof typeof SIGNAL_EXIT_CODES
