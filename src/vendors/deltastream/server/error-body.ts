import {type ErrorAnswer, jsonAnswer, type RequestError} from '../../../service/http/dialect.ts'
import {describeFailure, type StatusByCode} from '../../../service/http/failure.ts'

/** Any other code is 500. A statement that fails is not an error: its result says why. */
const STATUSES: StatusByCode = {
  USAGE: 400,
  INVALID: 400,
  UNAUTHENTICATED: 403,
  NOT_FOUND: 404,
  STORE_LOST: 503,
  STORE_BUSY: 503,
  // The store is busy: nothing was changed, so a client may send the request again.
  TIMEOUT: 503,
}

/** The only error statuses that the drivers can handle (contracts/deltastream.md, 1.3). */
const SENT: ReadonlySet<number> = new Set([400, 403, 404, 408, 500, 503])

/** The same for a token that is missing, malformed, unknown or ended (section 1.1). */
const REFUSED = 'invalid or expired token'

const RETRY_AFTER_SECONDS = '1'

/** Return the response to a request that failed. */
export function answerDeltaStreamError({err}: RequestError): ErrorAnswer {
  const failure = describeFailure(err, STATUSES)
  const status = toSentStatus(failure.status)
  const headers: Record<string, string> = status === 503 ? {'Retry-After': RETRY_AFTER_SECONDS} : {}
  // The Go driver uses the text as a format of printf (section 1.3).
  const message = status === 403 ? REFUSED : failure.message.replaceAll('%', '')
  return jsonAnswer({status, headers}, {message})
}

/** A method that a path does not have is answered like an unknown path (section 1). */
function toSentStatus(status: number): number {
  if (SENT.has(status)) return status
  if (status === 405) return 404
  return status < 500 ? 400 : 500
}
