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
  CANCELLED: 130,
  TERMINATED: 143,
} as const

export type ErrorCode = keyof typeof EXIT_CODES

/** Codes after which the same command may succeed when it is run again as it is. */
export const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RATE_LIMITED', 'UPSTREAM', 'TIMEOUT'])
