import {AppError, type FieldError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {StoreLostError} from '../store/store-lost-error.ts'

/** A request that is refused before any rule about tokens is applied, such as a body that is too long. */
export class HttpRefusal extends Error {
  /** The usual one (RFC 9110); a dialect may answer with another. */
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** The dialect has no route for the path. That is not the 404 of a thing that a route did not find. */
export class UnroutedRefusal extends HttpRefusal {
  constructor() {
    super(404, 'There is nothing at this path')
  }
}

/** Return the refusal of what is not a request, or of a request target that is not read. */
export function refuseUnreadable(status: number, why = 'it cannot be read'): HttpRefusal {
  return new HttpRefusal(status, `Invalid request: ${why}`)
}

/** What a client may know of an error. */
export interface Failure {
  status: number
  message: string
  fieldErrors: FieldError[]
  headers: Record<string, string>
}

/** An error code, or the one fault that clients can wait out. */
type FailureCode = ErrorCode | 'STORE_LOST'

/** The status of a dialect for each code; 500 for a code that it leaves out. */
export type StatusByCode = Partial<Record<FailureCode, number>>

/** Codes whose message is about the request. Any other error is a fault, or a trouble of the machine. */
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
 * Describe any error for a client, with the statuses of its dialect. The words about a fault are
 * fixed for every status: what an operator reads, such as the file of the store, is not for clients.
 */
export function describeFailure(err: unknown, statuses: StatusByCode): Failure {
  if (err instanceof HttpRefusal) {
    const {status, message, headers} = err
    return {status, message, fieldErrors: [], headers}
  }
  const code = readCode(err)
  const status = statuses[code] ?? 500
  if (!(err instanceof AppError) || isFault(err)) {
    return {status, message: FAULT_WORDS[code] ?? UNKNOWN_FAULT, fieldErrors: [], headers: {}}
  }
  const fieldErrors = (err.details.fieldErrors ?? []).map((each) => ({...each, message: cleanMessage(each.message)}))
  return {status, message: cleanMessage(err.message), fieldErrors, headers: {}}
}

/** Whether an error is not about the request: then the log says what it was. */
export function isFault(err: unknown): boolean {
  return !(err instanceof HttpRefusal) && !ABOUT_THE_REQUEST.has(readCode(err))
}

function readCode(err: unknown): FailureCode {
  // The service is about to end: a client that comes again may find the next one.
  if (err instanceof StoreLostError) return 'STORE_LOST'
  return err instanceof AppError ? err.code : 'INTERNAL'
}

const FAULT_WORDS: Partial<Record<FailureCode, string>> = {
  STORE_LOST: 'The service has lost its store and ends',
  TIMEOUT: 'The service is busy; try again',
  UPSTREAM: 'Another service did not answer',
}

const UNKNOWN_FAULT = 'Something went wrong inside the service'

/** Characters of a message, which may repeat what a client has sent, and of one word in it. */
const MESSAGE_MAX = 1000
const LONG_WORDS = /(\S{100})\S+/gu

/**
 * Return a message without tokens and long words. A client that put a token where an id belongs would
 * print it, and an answer must not grow with what was sent.
 */
function cleanMessage(message: string): string {
  return shortened(withoutTokens(message).replaceAll(LONG_WORDS, '$1…'), MESSAGE_MAX)
}

/** At most `max` UTF-16 units of the text, then `…`. */
export function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).toWellFormed()}…` : text
}
