import {STATUS_CODES} from 'node:http'
import {type ErrorAnswer, jsonAnswer, type RequestError} from '../../../service/http/dialect.ts'
import {describeFailure, type StatusByCode} from '../../../service/http/failure.ts'
import {oauthErrorFields} from './login.ts'

/** Everything else is 500. */
const STATUSES: StatusByCode = {
  USAGE: 400,
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  UPSTREAM: 502,
  STORE_LOST: 503,
  TIMEOUT: 504,
}

/** Seconds after which a client that has to wait may come again. */
const RETRY_AFTER_SECONDS = '1'

const HEADERS: Record<number, Record<string, string>> = {
  401: {'WWW-Authenticate': 'Bearer'},
  429: {'Retry-After': RETRY_AFTER_SECONDS},
  504: {'Retry-After': RETRY_AFTER_SECONDS},
}

/** The token path counts with anything before it: a client may join the two with a slash too many. */
const OWN_PATHS = /^\/(v1|private|userinfo)(\/|$)|\/oauth\/token$/

/** The answer to a request that failed (contracts/astro.md, 5.2). */
export function answerAstroError(error: RequestError): ErrorAnswer {
  const {path, err, requestId} = error
  const {message, status, fieldErrors, headers} = describeFailure(err, STATUSES)
  const body = {message, requestId, statusCode: status}
  const answer = {status, headers: {...HEADERS[status], ...headers}}
  // With an `error`, so that a client that asked for a token, and whose request could not be read,
  // does not take the answer for a success (RFC 6749, section 5.2).
  if (path === null || !OWN_PATHS.test(path)) {
    return jsonAnswer(answer, {error: STATUS_CODES[status] ?? 'Error', ...body})
  }
  return jsonAnswer(answer, {
    ...body,
    ...(fieldErrors.length === 0 ? {} : {fieldErrors}),
    ...oauthErrorFields({path, err, status, message}),
  })
}
