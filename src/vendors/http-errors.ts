import {AppError, type AppErrorDetails, type FieldError} from '../errors/app-error.ts'
import type {ErrorCode} from '../errors/exit-codes.ts'
import {countWords} from '../lib/duration.ts'
import {withoutTokens} from '../lib/token-shape.ts'
import type {HttpTarget, HttpVendor} from './http.ts'
import type {HttpFailure} from './http-exchange.ts'

/** What a vendor's error body says. */
export interface VendorError {
  message: string
  vendorCode?: string | undefined
  requestId?: string | undefined
  fieldErrors?: FieldError[] | undefined
}

/** What an error says about a call. */
export interface CallFacts {
  vendor: HttpVendor
  /** How often it was sent so far. */
  tries: number
  /** When the request was sent, RFC 3339. */
  sentAt: string
  target: HttpTarget
  mints: boolean
  /** What the answer to a mint must hold. */
  minted: string
  timeoutMs: number
}

interface Refusal {
  status: number
  /** Undefined if the answer has no JSON. */
  body: unknown
  requestId: string | undefined
  retryAfterMs: number | null
}

/** Longer texts of a vendor are cut. */
const VENDOR_TEXT_LENGTH_MAX = 500
const FIELD_ERRORS_MAX = 20

const CODES: Readonly<Partial<Record<number, ErrorCode>>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  407: 'CONFIG',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  412: 'CONFLICT',
  429: 'RATE_LIMITED',
}

const FAILURE_CODES: Readonly<Partial<Record<HttpFailure['why'], ErrorCode>>> = {
  timeout: 'TIMEOUT',
  'proxy-sign-in': 'CONFIG',
}

/** Return the error for an answer that is not a success. */
export function toRefusalError(refusal: Refusal, facts: CallFacts): AppError {
  const {vendor, target, mints} = facts
  const {status, retryAfterMs} = refusal
  const said = vendor.readError(refusal.body)
  const code = findCode(refusal, {known: said !== null, mints, vendor})
  // The vendor's own words, so that a refusal reads the same on every implementation of its API.
  const words = said && said.message !== '' ? cleanText(said.message, target) : `${vendor.title} answered ${status}`
  const message = code === 'CONFIG' ? explainUrl(status, facts) : words
  const details: AppErrorDetails = {
    vendor: vendor.name,
    status,
    facts: {sentAt: facts.sentAt},
    ...(said?.vendorCode === undefined ? {} : {vendorCode: cleanText(said.vendorCode, target)}),
    fieldErrors: (said?.fieldErrors ?? []).slice(0, FIELD_ERRORS_MAX).map(({field, code, message}) => ({
      field: cleanText(field, target),
      code: cleanText(code, target),
      message: cleanText(message, target),
    })),
  }
  const requestId = said?.requestId ?? refusal.requestId
  if (requestId !== undefined) details.requestId = cleanText(requestId, target)
  if (said === null) details.isForeign = true
  const hint = findHint(code, {...facts, retryAfterMs})
  return new AppError(code, message, {...details, ...(hint === undefined ? {} : {hint})})
}

/** Return the error for a request without a whole answer. */
export function toFailureError(failure: HttpFailure, facts: CallFacts): AppError {
  const {vendor, mints} = facts
  const {sent, why, cause} = failure
  const code = mints && sent ? 'UNCERTAIN' : (FAILURE_CODES[why] ?? 'UPSTREAM')
  return new AppError(code, `${vendor.title} ${explainFailure(failure, facts)}`, {
    vendor: vendor.name,
    facts: {sentAt: facts.sentAt},
    cause,
    hint: failureHint(why, facts),
  })
}

/** Return the error for a success that lacks the JSON that is needed. */
export function toUnreadableError(
  answer: {status: number; requestId: string | undefined; cause: unknown},
  {vendor, target, mints, minted, sentAt}: CallFacts,
): AppError {
  const {status, requestId, cause} = answer
  const missing = mints ? `but without ${minted}` : 'but not with what its API describes'
  return new AppError(mints ? 'UNCERTAIN' : 'UPSTREAM', `${vendor.title} answered ${status}, ${missing}`, {
    vendor: vendor.name,
    status,
    facts: {sentAt},
    cause,
    ...(requestId === undefined ? {} : {requestId: cleanText(requestId, target)}),
    hint: `Try again; if it stays so, ask ${vendor.title}`,
  })
}

interface RefusedCall {
  /** Whether the vendor wrote the body. */
  known: boolean
  mints: boolean
  vendor: HttpVendor
}

function findCode({status, retryAfterMs}: Refusal, {known, mints, vendor}: RefusedCall): ErrorCode {
  const code = findStatusCode(status, known, vendor)
  const isBusy = status === 429 || (status === 503 && retryAfterMs !== null)
  const isRefusal = isBusy ? vendor.refusesBusyMint : status >= 400 && code !== 'UPSTREAM' && code !== 'TIMEOUT'
  return mints && !isRefusal ? 'UNCERTAIN' : code
}

function findStatusCode(status: number, known: boolean, {codes}: HttpVendor): ErrorCode {
  if (status >= 500 || status < 300) return 'UPSTREAM'
  if (status < 400 || (status === 404 && !known)) return 'CONFIG'
  return codes ? (codes[status] ?? 'UPSTREAM') : (CODES[status] ?? 'INVALID')
}

function explainUrl(status: number, {vendor, target}: CallFacts): string {
  if (status === 407) return `The proxy asks for a user and a password (407)`
  const what = status === 404 ? 'has no such path (404)' : `answered with a redirect (${status}), which is not followed`
  return `${target.baseUrl.origin} ${what}: this is not the API of ${vendor.title}`
}

function explainFailure({why, sent, cause}: HttpFailure, {target, timeoutMs, tries}: CallFacts): string {
  const where = target.baseUrl.host
  if (why === 'timeout') {
    const often = tries === 1 ? '' : `, in each of ${tries} tries`
    return `did not answer within ${countWords(timeoutMs / 1000, 'second')}${often} (${where})`
  }
  if (why === 'refused') return `cannot be reached: ${where} refused the connection`
  if (why === 'no-host') return `cannot be reached: there is no host ${target.baseUrl.hostname}`
  if (why === 'tls') return `cannot be reached: no safe connection to ${where} (${readCode(cause)})`
  if (why === 'proxy') return `cannot be reached: the proxy did not connect to ${where}`
  if (why === 'proxy-sign-in') return 'cannot be reached: the proxy asks for a user and a password (407)'
  if (why === 'too-long') return `sent an answer that is too long (${where})`
  return sent
    ? `closed the connection before its answer was complete (${where})`
    : `cannot be reached: the connection to ${where} failed (${readCode(cause)})`
}

function failureHint(why: HttpFailure['why'], {target, timeoutMs}: CallFacts): string {
  if (why === 'tls') {
    return 'If a proxy of your company signs the connection, give its certificate: NODE_EXTRA_CA_CERTS=FILE'
  }
  if (why === 'proxy-sign-in') return 'Set HTTPS_PROXY to a URL with both: http://USER:PASSWORD@HOST:PORT'
  if (why === 'proxy') return 'Check HTTPS_PROXY; NO_PROXY lists the hosts that are reached directly'
  if (why === 'timeout')
    return `Try again, with a longer time if needed: TOKENRY_HTTP_TIMEOUT=${Math.min(timeoutMs / 500, 3600)}`
  if (why === 'refused' || why === 'no-host') return urlHint(target)
  return 'Try again'
}

function findHint(
  code: ErrorCode,
  {vendor, target, retryAfterMs}: CallFacts & {retryAfterMs: number | null},
): string | undefined {
  const {credentialSource} = target
  if (code === 'UNAUTHENTICATED') {
    return `Check ${credentialSource}: the token may have expired, or was rotated or deleted`
  }
  if (code === 'FORBIDDEN') return `Use a token with more rights; this one comes from ${credentialSource}`
  if (code === 'CONFIG') return urlHint(target)
  if (code !== 'RATE_LIMITED' && code !== 'UPSTREAM' && code !== 'TIMEOUT') return undefined
  if (retryAfterMs === null) return 'Try again in a moment'
  return `${vendor.title} asks to wait ${countWords(Math.ceil(retryAfterMs / 1000), 'second')} before the next try`
}

function urlHint({baseUrl, urlSource}: HttpTarget): string {
  if (urlSource === undefined) return `Check the network connection to ${baseUrl.host}`
  return `Check ${urlSource}, which leads to ${baseUrl.origin}`
}

/** Return a vendor's text cut to a length, and without the credential and any other token. */
export function cleanText(text: string, {credential}: Pick<HttpTarget, 'credential'>): string {
  const cleaned = withoutTokens(credential === '' ? text : text.replaceAll(credential, '[token]'))
  return cleaned.length > VENDOR_TEXT_LENGTH_MAX ? `${cleaned.slice(0, VENDOR_TEXT_LENGTH_MAX)}…` : cleaned
}

function readCode(cause: Error & {code?: unknown}): string {
  return typeof cause.code === 'string' ? cause.code : cause.name
}
