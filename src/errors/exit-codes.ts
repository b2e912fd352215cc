/** Every error code of tokenry with the exit code a script sees; 8 alone is worth a retry. */
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
  /** By SIGTERM; `SIGNAL_EXIT_CODES` has the other signals. */
  TERMINATED: 143,
} as const

export type ErrorCode = keyof typeof EXIT_CODES

/** Codes after which the same command may succeed when it is run again as it is. */
export const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RATE_LIMITED', 'UPSTREAM', 'TIMEOUT'])

/**
 * The signals that stop a command, and what a shell reports for each: 128 and its number. SIGINT is CANCELLED, each other one
 * TERMINATED with the code of its own.
 */
export const SIGNAL_EXIT_CODES = {SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143} as const

export type StopSignal = keyof typeof SIGNAL_EXIT_CODES
