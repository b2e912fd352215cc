import {AppError, type FieldError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {StoreBusyError} from '../store/store-busy-error.ts'
import {StoreLostError} from '../store/store-lost-error.ts'

/**
 * A request that is refused before any rule about tokens applies, for example because its body is
 * too long.
 */
export class HttpRefusal extends Error {
  /** The status of RFC 9110. A dialect may send another one. */
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/**
 * The dialect has no route for the path. This differs from the 404 of a route that did not find an
 * entity.
 */
export class UnroutedRefusal extends HttpRefusal {
  constructor() {
    super(404, 'There is nothing at this path')
  }
}

/** Nothing was done, so a client may send the request again, after this many seconds. */
const RETRY_SOON = {'Retry-After': '1'}

/** Create the refusal of a request that is one too many. */
export function refuseOverload(): HttpRefusal {
  return new HttpRefusal(503, BUSY_WORDS, RETRY_SOON)
}

/** Create the refusal of data that is not a request, or of an unsupported request target. */
export function refuseUnreadable(status: number, why = 'it cannot be read'): HttpRefusal {
  return new HttpRefusal(status, `Invalid request: ${why}`)
}

/** What a client may see of an error. */
export interface Failure {
  status: number
  message: string
  fieldErrors: FieldError[]
  headers: Record<string, string>
}

/** The faults after which a client can retry. */
type PassingFault = 'STORE_LOST' | 'STORE_BUSY' | 'TIMEOUT'

type FailureCode = ErrorCode | PassingFault

/**
 * The status that a dialect sends for each code; 500 for a missing code. Those of the passing
 * faults are required, so that no dialect answers one of them with 500 by accident.
 */
export type StatusByCode = Partial<Record<FailureCode, number>> & Record<PassingFault, number>

/**
 * The codes of errors that the request caused. Any other error is a fault of the service or the
 * machine.
 */
const ABOUT_THE_REQUEST: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'USAGE',
  'INVALID',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'RATE_LIMITED',
])

/**
 * Convert any error for a client, with the statuses of its dialect. A fault gets a fixed message
 * for each code. Its details, such as the path of the store, are for the operator only.
 */
export function describeFailure(err: unknown, statuses: StatusByCode): Failure {
  if (err instanceof HttpRefusal) {
    const {status, message, headers} = err
    return {status, message, fieldErrors: [], headers}
  }
  const code = readCode(err)
  const status = statuses[code] ?? 500
  if (!(err instanceof AppError) || isFault(err)) {
    const headers = code === 'STORE_BUSY' ? RETRY_SOON : {}
    return {status, message: FAULT_WORDS[code] ?? UNKNOWN_FAULT, fieldErrors: [], headers}
  }
  const fieldErrors = (err.details.fieldErrors ?? []).map((each) => ({...each, message: cleanMessage(each.message)}))
  return {status, message: cleanMessage(err.message), fieldErrors, headers: {}}
}

/** Return whether the request did not cause the error. The log then contains the error. */
export function isFault(err: unknown): boolean {
  return !(err instanceof HttpRefusal) && !ABOUT_THE_REQUEST.has(readCode(err))
}

function readCode(err: unknown): FailureCode {
  // The service is about to end. A client that retries may reach the next one.
  if (err instanceof StoreLostError) return 'STORE_LOST'
  if (err instanceof StoreBusyError) return 'STORE_BUSY'
  return err instanceof AppError ? err.code : 'INTERNAL'
}

const BUSY_WORDS = 'The service is busy; try again'

const FAULT_WORDS: Partial<Record<FailureCode, string>> = {
  STORE_LOST: 'The service has lost its store and is stopping',
  STORE_BUSY: BUSY_WORDS,
  TIMEOUT: BUSY_WORDS,
  UPSTREAM: 'Another service did not answer',
}

const UNKNOWN_FAULT = 'Something went wrong inside the service'

/**
 * The maximum length of a message, because it may repeat what a client sent. A long word is cut
 * after 100 characters.
 */
const MESSAGE_MAX = 1000
const LONG_WORDS = /(\S{100})\S+/gu

/**
 * Remove tokens and long words from a message. If a client sent a token instead of an id, it would
 * print that token. And a response must not grow with the request.
 */
function cleanMessage(message: string): string {
  return shortened(withoutTokens(message).replaceAll(LONG_WORDS, '$1…'), MESSAGE_MAX)
}

/** Cut a text after `max` UTF-16 units, and append `…` if it was longer. */
export function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).toWellFormed()}…` : text
}
