import {isLoopback} from '../config/loopback.ts'
import {findProxy} from '../config/proxy.ts'
import {AppError} from '../errors/app-error.ts'
import type {ErrorCode} from '../errors/exit-codes.ts'
import {quoteValue} from '../lib/quote-value.ts'
import {toRfc3339} from '../lib/rfc3339.ts'
import {isSuccess, parseJson, readRequestId, readRetryAfterMs} from './http-answer.ts'
import {
  type CallFacts,
  cleanText,
  toFailureError,
  toRefusalError,
  toUnreadableError,
  type VendorError,
} from './http-errors.ts'
import {type HttpAnswer, type HttpFailure, openWire, type Wire} from './http-exchange.ts'
import {createPace, type Pace} from './http-pace.ts'

/** How requests to a vendor differ from those to another one. */
export interface HttpVendor {
  readonly name: string
  /** In messages: `Astro`. */
  readonly title: string
  /** Headers of each request. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Whether a 429, and a 503 with `Retry-After`, prove that a mint was not carried out. If so, a
   * mint is sent again after a 429. Otherwise both are UNCERTAIN for a mint.
   */
  readonly refusesBusyMint: boolean
  /**
   * What each status from 400 to 499 means; one that is not listed is UPSTREAM. Default: what HTTP
   * says.
   */
  readonly codes?: Readonly<Partial<Record<number, ErrorCode>>>
  /** Requests of one method that are sent within a second, at most. */
  readonly perSecondMax: Readonly<Partial<Record<Method, number>>>
  /** Return what an error body says; null for a body that the vendor does not write. */
  readError(body: unknown): VendorError | null
}

/** Where requests go, and with which credential. */
export interface HttpTarget {
  /** The whole base, such as `https://api.astronomer.io/v1`. */
  baseUrl: URL
  /** What the URL comes from, for hints: `ASTRO_DOMAIN`. Absent for the vendor's default. */
  urlSource?: string | undefined
  credential: string
  /** What the credential comes from, for hints: `ASTRO_API_TOKEN`. */
  credentialSource: string
}

/** What of the machine a client uses. */
export interface HttpMachine {
  env: Record<string, string | undefined>
  /** Epoch milliseconds. */
  now(): number
  /** Wait, in milliseconds. Rejects if a signal stops the command. */
  pause(ms: number): Promise<void>
  /** Throw if a signal has stopped the command. Called before a mint is sent. */
  refuseWhenStopped(): void
  /** Called when a server may have received a mint. */
  onMintSent?: (() => void) | undefined
  /** 0 to 1, for the jitter of retries. */
  random(): number
  /** Of one request with its body, in milliseconds. */
  timeoutMs: number
  /** Gets a line for each request, without credential and bodies. */
  trace?: ((line: string) => Promise<void>) | undefined
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>

export interface HttpCall<Result> {
  method: Method
  /** Segments below the base URL, not encoded. */
  path: readonly string[]
  query?: Query
  body?: unknown
  /** The answer holds a new secret: no answer means that a token may exist. */
  mints?: boolean
  /**
   * For a call that mints: what the answer must hold, in messages. Default: `the new token and its
   * secret`.
   */
  minted?: string
  /** The call changes nothing, with any method: it may be repeated like a GET. */
  readsOnly?: boolean
  /** For all tries. Default: each try may take `HttpMachine.timeoutMs`. */
  timeLimit?: TimeLimit
  /**
   * Return the result. `body` is the parsed JSON; undefined without any. Throw if it is not what is
   * needed.
   */
  read(body: unknown, status: number): Result
}

/** The time for something that may take several requests. */
export interface TimeLimit {
  /** Epoch milliseconds. */
  endMs: number
  /** From its start, for messages. */
  timeoutMs: number
}

export interface HttpClient {
  /**
   * Send a request, and again where that is safe: GET, DELETE and what only reads up to four times,
   * a mint after a 429 only, anything else once.
   *
   * @throws AppError by the status: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT, INVALID,
   * RATE_LIMITED, TIMEOUT, UPSTREAM; CONFIG if the URL is wrong; UNCERTAIN if a mint may have been
   * carried out (design.md, style.md "Errors").
   */
  send<Result>(call: HttpCall<Result>): Promise<Result>
  close(): void
}

const TRIES_MAX = 4
const RETRY_AFTER_MAX_MS = 20_000
const BACKOFF_MS = 500
const REPEATED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * Return a client of one vendor at one base URL. CONFIG for a URL to which no credential may be
 * sent.
 */
export async function openHttpClient(
  vendor: HttpVendor,
  target: HttpTarget,
  machine: HttpMachine,
): Promise<HttpClient> {
  checkBaseUrl(target)
  const wire = await openWire(target.baseUrl, findProxy(machine.env, target.baseUrl))
  const sender: Sender = {vendor, target, machine, wire, pace: createPace(vendor.perSecondMax, machine)}
  return {send: (call) => send(sender, call), close: () => wire.close()}
}

/** The credential goes to this URL, so it must be safe from others on the network. */
function checkBaseUrl({baseUrl, urlSource}: HttpTarget): void {
  const {protocol, hostname, username, password, search, hash} = baseUrl
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  if (isSafe && `${username}${password}${search}${hash}` === '') return
  throw new AppError('CONFIG', `${urlSource ?? 'The URL'} is not a URL to which a credential may be sent`, {
    hint: 'Use an https URL without user, query and fragment; http only for this machine',
  })
}

interface Sender {
  vendor: HttpVendor
  target: HttpTarget
  machine: HttpMachine
  wire: Wire
  pace: Pace
}

async function send<Result>(sender: Sender, call: HttpCall<Result>): Promise<Result> {
  const {vendor} = sender
  const url = toUrl(sender.target.baseUrl, call)
  for (let tries = 1; ; tries++) {
    await sender.pace(call.method)
    if (call.mints) sender.machine.refuseWhenStopped()
    const facts = describeCall(sender, call)
    const outcome = await tryOnce(sender, url, call)
    if ('status' in outcome && isSuccess(outcome)) return readResult(outcome, call, facts)
    // The vendor's own 404 to a repeated DELETE: an earlier try may have succeeded, and it is gone.
    if (tries > 1 && call.method === 'DELETE' && isMissing(outcome, vendor)) return call.read(undefined, 404)
    const now = sender.machine.now()
    const error = toError(outcome, {...facts, tries: call.timeLimit ? 1 : tries}, now)
    if (tries === TRIES_MAX || !mayRepeat(sender, outcome, call)) throw error
    const waitMs = readRetryAfterMs(outcome, now) ?? backOffMs(tries, sender.machine)
    if (waitMs > RETRY_AFTER_MAX_MS || (call.timeLimit && call.timeLimit.endMs <= now + waitMs)) throw error
    await sender.machine.pause(waitMs)
  }
}

async function tryOnce(
  {vendor, target, machine, wire}: Sender,
  url: URL,
  {method, body, mints = false, timeLimit}: HttpCall<unknown>,
): Promise<HttpAnswer | HttpFailure> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const startedAt = machine.now()
  const outcome = await wire.exchange({
    url,
    method,
    headers: {
      ...vendor.headers,
      Accept: 'application/json',
      Authorization: `Bearer ${target.credential}`,
      ...(text === undefined
        ? {...(method === 'GET' ? {} : {'Content-Length': '0'})}
        : {'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(text)}`}),
    },
    body: text,
    timeoutMs: timeLimit ? Math.max(1, timeLimit.endMs - startedAt) : machine.timeoutMs,
    // A server may close an idle connection at the moment of the request: then nothing shows
    // whether it was carried out.
    fresh: mints,
    onSent: mints ? machine.onMintSent : undefined,
  })
  const result =
    'status' in outcome ? `${outcome.status} ${cleanText(readRequestId(outcome) ?? '', target)}` : outcome.why
  await machine.trace?.(`${method} ${url.href} ${result.trim()} ${machine.now() - startedAt} ms`)
  return outcome
}

function isMissing(outcome: HttpAnswer | HttpFailure, {readError}: HttpVendor): outcome is HttpAnswer {
  return 'status' in outcome && outcome.status === 404 && readError(parseJson(outcome.text)) !== null
}

function describeCall(
  {vendor, target, machine}: Sender,
  {mints = false, minted = 'the new token and its secret', timeLimit}: HttpCall<unknown>,
): CallFacts {
  const {timeoutMs} = timeLimit ?? machine
  return {vendor, target, mints, minted, timeoutMs, tries: 1, sentAt: toRfc3339(machine.now())}
}

function readResult<Result>(answer: HttpAnswer, {read}: HttpCall<Result>, facts: CallFacts): Result {
  try {
    const body = parseJson(answer.text)
    if (body === undefined && answer.text.trim() !== '') throw new Error('the answer is not JSON')
    return read(body, answer.status)
  } catch (cause) {
    throw toUnreadableError({status: answer.status, requestId: readRequestId(answer), cause}, facts)
  }
}

function toError(outcome: HttpAnswer | HttpFailure, facts: CallFacts, now: number): AppError {
  if (!('status' in outcome)) return toFailureError(outcome, facts)
  return toRefusalError(
    {
      status: outcome.status,
      body: parseJson(outcome.text),
      requestId: readRequestId(outcome),
      retryAfterMs: readRetryAfterMs(outcome, now),
    },
    facts,
  )
}

/** Whether sending the request again can do no harm, and may help. */
function mayRepeat(
  {vendor, target}: Sender,
  outcome: HttpAnswer | HttpFailure,
  {method, mints, readsOnly = method === 'GET'}: HttpCall<unknown>,
): boolean {
  const status = 'status' in outcome ? outcome.status : null
  if (mints) return status === 429 && vendor.refusesBusyMint
  if (!readsOnly && method !== 'DELETE') return false
  if ('status' in outcome) return REPEATED_STATUSES.has(outcome.status)
  // On this machine, a refused connection means that no server runs.
  if (outcome.why === 'refused') return target.baseUrl.protocol === 'https:'
  return outcome.why === 'timeout' || outcome.why === 'dropped' || outcome.why === 'proxy'
}

function backOffMs(tries: number, {random}: HttpMachine): number {
  return BACKOFF_MS * 2 ** (tries - 1) * (0.5 + random() / 2)
}

/**
 * Arrays repeat the key; names are sorted, so that a request can be compared (contracts/astro.md,
 * 5.1).
 */
function toUrl(baseUrl: URL, {path, query = {}}: Pick<HttpCall<unknown>, 'path' | 'query'>): URL {
  const wrong = path.find((segment) => ['', '.', '..'].includes(segment) || !segment.isWellFormed())
  if (wrong !== undefined) {
    throw new AppError('INVALID', `${quoteValue(wrong)} cannot be a part of a path`, {
      hint: 'Give an id or a name',
    })
  }
  const url = new URL(`${baseUrl.href.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`)
  for (const [name, value] of Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) url.searchParams.append(name, String(each))
    }
  }
  return url
}
