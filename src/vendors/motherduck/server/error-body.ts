import {type ErrorAnswer, jsonAnswer, type RequestError} from '../../../service/http/dialect.ts'
import {describeFailure, HttpRefusal, type StatusByCode} from '../../../service/http/failure.ts'

/**
 * Any other code is 500. The API has no conflict: what is taken or ambiguous is a bad request
 * (contracts/motherduck.md, section 3).
 */
const STATUSES: StatusByCode = {
  USAGE: 400,
  INVALID: 400,
  CONFLICT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UPSTREAM: 502,
  STORE_LOST: 503,
  STORE_BUSY: 503,
  // The store is busy: nothing was changed, so a client may send the request again.
  TIMEOUT: 503,
}

interface Words {
  code: string
  message: string
}

const BAD_REQUEST: Words = {code: 'BAD_REQUEST', message: 'Bad Request'}
const FAULT: Words = {code: 'INTERNAL_SERVER_ERROR', message: 'Internal Error'}

const WORDS: Record<number, Words> = {
  400: BAD_REQUEST,
  401: {code: 'UNAUTHORIZED', message: 'Invalid Credentials'},
  403: {code: 'FORBIDDEN', message: 'Unauthorized'},
  404: {code: 'NOT_FOUND', message: 'Not Found'},
}

/**
 * The statuses whose cause a client may read. A 404 repeats nothing: the path can hold a secret.
 */
const EXPLAINED = new Set([403])

const RETRY_AFTER_SECONDS = '1'

const HEADERS: Record<number, Record<string, string>> = {
  401: {'WWW-Authenticate': 'Bearer'},
  429: {'Retry-After': RETRY_AFTER_SECONDS},
  503: {'Retry-After': RETRY_AFTER_SECONDS},
}

/** Return the response to a request that failed (contracts/motherduck.md, section 3). */
export function answerMotherDuckError({err}: RequestError): ErrorAnswer {
  if (isUnrouted(err)) return {status: 404, headers: {'Content-Type': 'text/plain; charset=utf-8'}, body: 'Not Found'}
  const {status, message, fieldErrors, headers} = describeFailure(err, STATUSES)
  const isBad = status === 400 || (status > 404 && status < 500)
  const words = WORDS[status] ?? (isBad ? BAD_REQUEST : FAULT)
  const causes = fieldErrors.length > 0 ? fieldErrors.map((each) => each.message) : [message]
  const issues = isBad || EXPLAINED.has(status) ? {issues: causes.map((cause) => ({message: cause}))} : {}
  return jsonAnswer({status, headers: {...HEADERS[status], ...headers}}, {...words, ...issues})
}

/**
 * Return whether no route matches. A method that a path does not have is one of these cases: the
 * API answers `GET /v1/users/{username}` like an unknown path (contracts/motherduck.md, section 1).
 */
function isUnrouted(err: unknown): boolean {
  return err instanceof HttpRefusal && (err.status === 404 || err.status === 405)
}
