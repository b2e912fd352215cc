import {withoutTokens} from '../../lib/token-shape.ts'
import {monotonicMs, runWithDeadline, STORE_WAIT_MS} from '../deadline.ts'
import type {ArrivedBody, Dialect, ErrorAnswer, Exchange} from './dialect.ts'
import {HttpRefusal, isFault, refuseOverload, shortened} from './failure.ts'
import {type RequestHeaders, readHeader} from './headers.ts'
import type {ListenerOptions} from './node-listener.ts'
import {createRouter, type Router} from './router.ts'
import {decodePath, readPath} from './target.ts'

/** Return the response to a request that has arrived completely. Never rejects. */
export type App = (request: Request, arrived: Arrived) => Promise<Response>

/** What a Request does not have, or only slowly. */
interface Arrived {
  /** The request target as the client sent it. */
  target: string
  headers: RequestHeaders
  body: ArrivedBody
  /**
   * Add the headers that every response has (default: to the response). To change the headers of a
   * Response takes longer.
   */
  addHeaders?: (headers: Record<string, string>) => void
}

/**
 * One request with its response, without anything that could be a secret: no query, header or body.
 */
export interface RequestLogEntry {
  method: string
  path: string
  status: number
  /** Milliseconds, with fractions. */
  ms: number
  requestId: string
  /** What was thrown, if the request was not the cause. */
  error?: unknown
}

/**
 * Called for each request. Most are not shown, so the entry is only created by `describe`. `error`
 * has the error of the entry.
 */
export type RequestLog = (describe: () => RequestLogEntry, error: Pick<RequestLogEntry, 'error'>) => void

export interface AppOptions {
  dialect: Dialect
  /** The routes of the service itself, at paths that no dialect has. */
  own?: Dialect
  /** The names that a Host header may have, without a port. */
  hosts: ReadonlySet<string>
  newRequestId: () => string
  log?: RequestLog
}

/** Return what a listener needs to serve a dialect. */
export function createHandlers(options: AppOptions): ListenerOptions {
  return {
    answer: createApp(options),
    refuse: (refusal) => refuse(refusal, options),
    bodyBytesMax: options.dialect.bodyBytesMax,
  }
}

/**
 * Create the HTTP service of one dialect as a function; node.ts handles the sockets. This module
 * contains what all dialects share: the request id, the check of the host, common headers and the
 * log.
 */
function createApp(options: AppOptions): App {
  const {newRequestId, log} = options
  const findSide = createSides(options)
  let inProgress = 0
  return async (request, {target, headers, body, addHeaders}) => {
    const startedAt = performance.now()
    const requestId = newRequestId()
    const side = findSide(target)
    inProgress++
    const {response, err} = await runWithDeadline(monotonicMs() + STORE_WAIT_MS, () =>
      answerRequest(side, options, {
        request,
        exchange: {requestId, target, headers, body},
        isOneTooMany: inProgress > IN_PROGRESS_MAX,
      }),
    )
    inProgress--
    const common = commonHeaders(requestId)
    if (addHeaders) addHeaders(common)
    else setHeaders(response, common)
    const {status} = response
    const error = err !== undefined && (status >= 500 || isFault(err)) ? {error: err} : {}
    log?.(() => {
      const ms = performance.now() - startedAt
      return {method: request.method, path: toLoggedPath(target), status, ms, requestId, ...error}
    }, error)
    return response
  }
}

/** Return the response to data that is not a readable request. */
function refuse(refusal: HttpRefusal, {dialect, newRequestId}: AppOptions): Response {
  const requestId = newRequestId()
  const response = toResponse(dialect.answerError({err: refusal, path: null, requestId}))
  setHeaders(response, commonHeaders(requestId))
  return response
}

/**
 * The maximum number of requests in progress. Further ones are refused, so that no queue grows
 * without end.
 */
const IN_PROGRESS_MAX = 1000

/** A dialect with the router of its routes. */
interface Side {
  dialect: Dialect
  router: Router
}

/** Return a function that finds who answers a target: the service itself or the dialect. */
function createSides({dialect, own}: AppOptions): (target: string) => Side {
  const main = {dialect, router: createRouter(dialect)}
  if (!own) return () => main
  const paths = new Set(own.routes.map(({path}) => path))
  const service = {dialect: own, router: createRouter(own)}
  return (target) => (paths.has(readPath(target) ?? '') ? service : main)
}

interface Sent {
  request: Request
  exchange: Omit<Exchange, 'path'>
  isOneTooMany: boolean
}

async function answerRequest(
  {dialect, router}: Side,
  {hosts}: AppOptions,
  {request, exchange, isOneTooMany}: Sent,
): Promise<{response: Response; err?: unknown}> {
  const {requestId, target, headers} = exchange
  let path: string | null = null
  try {
    path = dialect.toRoutePath(target)
    refuseOtherHosts(request, {target, host: readHostname(headers), hosts})
    if (isOneTooMany) throw refuseOverload()
    return {response: await router(request, {...exchange, path})}
  } catch (err) {
    const answer = dialect.answerError({err, path, requestId})
    return {response: toResponse(request.method === 'HEAD' ? {...answer, body: null} : answer), err}
  }
}

function toResponse({status, headers, body}: Omit<ErrorAnswer, 'body'> & {body: string | null}): Response {
  return new Response(body, {status, headers})
}

function commonHeaders(requestId: string): Record<string, string> {
  return {
    'X-Request-Id': requestId,
    // Responses contain tokens and private data.
    'Cache-Control': 'no-store',
    // Prevent a browser from treating the text of a name as a page or a script.
    'X-Content-Type-Options': 'nosniff',
  }
}

function setHeaders({headers}: Response, given: Record<string, string>): void {
  for (const [name, value] of Object.entries(given)) headers.set(name, value)
}

/**
 * Throw 421 if a request names another host. A browser page can point its own domain to this
 * machine (DNS rebinding), and is then same-origin with the service. Its requests have that domain
 * in the Host header.
 */
function refuseOtherHosts(
  request: Request,
  {target, host, hosts}: {target: string; host: string | null; hosts: ReadonlySet<string>},
): void {
  // A target that is a path names no host. To parse a URL takes as long as the rest of the check.
  if (host !== null && hosts.has(host) && target.startsWith('/')) return
  const named = [new URL(request.url).hostname, host]
  if (named.every((name) => name === null || hosts.has(name))) return
  const known = [...hosts].join(', ')
  throw new HttpRefusal(421, `This service answers to ${known} only, not to another name for it`)
}

/**
 * Return the name in the Host header without its port; null if there is none. An IPv6 address keeps
 * its brackets, as in the hostname of a URL.
 */
function readHostname(headers: RequestHeaders): string | null {
  return readHeader(headers, 'host')?.replace(/:\d+$/, '').toLowerCase() ?? null
}

/** Characters. */
const LOGGED_PATH_MAX = 500

/**
 * Return the decoded path for the log. It is decoded so that a token in it is recognized and
 * removed, and its white space is encoded.
 */
function toLoggedPath(target: string): string {
  // A target in absolute form can contain a user name and a password before the path.
  const [path = ''] = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  // A blank would make the rest of the path look like the next fields of the line.
  const line = withoutTokens(decodePath(path || '/')).replaceAll(/\s/g, encodeURIComponent)
  return shortened(line, LOGGED_PATH_MAX)
}
