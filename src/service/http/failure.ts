import {AppError, type FieldError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {withoutTokens} from '../../lib/token-shape.ts'
import {StoreLostError} from '../store/store-lost-error.ts'

/** A request that is refused before any rule about tokens is asked: an unknown path, a body that is too large. */
export class HttpRefusal extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** What a client is told of an error. */
export interface Failure {
  status: number
  message: string
  fieldErrors: FieldError[]
  headers: Record<string, string>
}

/** A code that is not here is a fault or a trouble of the machine: 500. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  USAGE: 400,
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  UPSTREAM: 502,
  TIMEOUT: 504,
}

/** Seconds after which a client that was told to wait may come again. */
const RETRY_AFTER_SECONDS = '1'

const HEADERS: Record<number, Record<string, string>> = {
  401: {'WWW-Authenticate': 'Bearer'},
  429: {'Retry-After': RETRY_AFTER_SECONDS},
  504: {'Retry-After': RETRY_AFTER_SECONDS},
}

/**
 * Turn anything that was thrown into what a client may see. From 500 on the words are fixed: what an operator reads, such as the
 * file of the store, is none of a client's business.
 */
export function toFailure(err: unknown): Failure {
  if (err instanceof HttpRefusal)
    return {status: err.status, message: err.message, fieldErrors: [], headers: err.headers}
  const status = statusOf(err)
  const headers = HEADERS[status] ?? {}
  if (!(err instanceof AppError) || status >= 500) return {status, message: wordsOf(status), fieldErrors: [], headers}
  const fieldErrors = status === 400 ? (err.details.fieldErrors ?? []) : []
  const told = fieldErrors.map((each) => ({...each, message: tellable(each.message)}))
  return {status, message: tellable(err.message), fieldErrors: told, headers}
}

function statusOf(err: unknown): number {
  // The service is about to end: a client that comes again may find the next one.
  if (err instanceof StoreLostError) return 503
  return (err instanceof AppError && STATUSES[err.code]) || 500
}

/** Characters of a message, which may repeat what a client has sent, and of one word in it. */
const MESSAGE_MAX = 1000
const LONG_WORDS = /(\S{100})\S+/gu

/**
 * What a client may be told of its own text: a token that was put where an id or a name belongs is not repeated, because the client
 * would print it, and an answer does not grow with what was sent.
 */
function tellable(message: string): string {
  return shortened(withoutTokens(message).replaceAll(LONG_WORDS, '$1…'), MESSAGE_MAX)
}

/** At most `max` UTF-16 units of the text, then `…`. */
export function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).toWellFormed()}…` : text
}

function wordsOf(status: number): string {
  if (status === 503) return 'The service has lost its store and ends'
  if (status === 504) return 'The service is busy; try again'
  return status === 502 ? 'Another service did not answer' : 'Something went wrong inside the service'
}
