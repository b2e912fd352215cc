import {STATUS_CODES} from 'node:http'
import {type ErrorAnswer, jsonAnswer, type RequestError} from '../../../service/http/dialect.ts'
import {describeFailure, type StatusByCode, UnroutedRefusal} from '../../../service/http/failure.ts'
import {oauthErrorFields} from './login.ts'

/** Any other code is 500. */
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
  STORE_BUSY: 503,
  TIMEOUT: 504,
}

/** After how many seconds a client may retry. */
const RETRY_AFTER_SECONDS = '1'

const HEADERS: Record<number, Record<string, string>> = {
  401: {'WWW-Authenticate': 'Bearer'},
  429: {'Retry-After': RETRY_AFTER_SECONDS},
  504: {'Retry-After': RETRY_AFTER_SECONDS},
}

/**
 * The paths of Astro's API. The token path may have any prefix, because a client may join the
 * domain and the path with one slash too many.
 */
const OWN_PATHS = /^\/(v1|private|userinfo)(\/|$)|\/oauth\/token$/

const PARTS = 'organizations, workspaces, deployments, roles, API tokens and agent tokens'

const PLACE_COMMANDS = 'tokenry service organization, workspace, deployment or role'

/** Return the response to a request that failed (contracts/astro.md, 5.2). */
export function answerAstroError(error: RequestError): ErrorAnswer {
  const {path, err, requestId} = error
  const failure = describeFailure(err, STATUSES)
  const {status, fieldErrors, headers} = failure
  const message = describeMissingPart(error, failure.status) ?? failure.message
  const body = {message, requestId, statusCode: status}
  const answer = {status, headers: {...HEADERS[status], ...headers}}
  // The request of a client that asked for a token may be unreadable. `error` keeps it from
  // treating the response as a success (RFC 6749, section 5.2).
  if (path === null || !OWN_PATHS.test(path)) {
    return jsonAnswer(answer, {error: STATUS_CODES[status] ?? 'Error', ...body})
  }
  return jsonAnswer(answer, {
    ...body,
    ...(fieldErrors.length === 0 ? {} : {fieldErrors}),
    ...oauthErrorFields({path, err, status, message}),
  })
}

/**
 * Return what the service has, for a request of Astro's API that it does not implement. The binary
 * prints the message alone, without the path.
 */
function describeMissingPart({err, path}: RequestError, status: number): string | null {
  if (path === null || !/^\/(v1|v1alpha1|private)\//.test(path)) return null
  if (err instanceof UnroutedRefusal) return `Not part of the embedded token service, which has only ${PARTS}`
  const isToken = /\/(agent-)?tokens(\/|$)/.test(path)
  return status === 405 && !isToken
    ? `Over HTTP the embedded token service changes only tokens; for the rest there is: ${PLACE_COMMANDS}`
    : null
}
