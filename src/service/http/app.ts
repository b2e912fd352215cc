import {withoutTokens} from '../../lib/token-shape.ts'
import type {Dialect, ErrorAnswer} from './dialect.ts'
import {HttpRefusal, isFault, shortened} from './failure.ts'
import type {ListenerOptions} from './node-listener.ts'
import {createRouter, type Router} from './router.ts'
import {decodePath} from './target.ts'

/**
 * Return the response to a request. `target` is the request target as the client sent it. Never
 * rejects.
 */
export type App = (request: Request, target: string) => Promise<Response>

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

export interface AppOptions {
  dialect: Dialect
  /** The names that a Host header may have, without a port. */
  hosts: ReadonlySet<string>
  newRequestId: () => string
  log?: (entry: RequestLogEntry) => void
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
export function createApp(options: AppOptions): App {
  const {dialect, newRequestId, log} = options
  const router = createRouter(dialect)
  return async (request, target) => {
    const startedAt = performance.now()
    const requestId = newRequestId()
    const {response, err} = await answerRequest(router, options, {request, target, requestId})
    addHeaders(response, requestId)
    const {method} = request
    const {status} = response
    log?.({
      method,
      // Compute the path only when it is read, because most entries are not shown.
      get path() {
        return toLoggedPath(target)
      },
      status,
      ms: performance.now() - startedAt,
      requestId,
      ...(err !== undefined && (status >= 500 || isFault(err)) ? {error: err} : {}),
    })
    return response
  }
}

/** Return the response to data that is not a readable request. */
function refuse(refusal: HttpRefusal, {dialect, newRequestId}: AppOptions): Response {
  const requestId = newRequestId()
  const response = toResponse(dialect.answerError({err: refusal, path: null, requestId}))
  addHeaders(response, requestId)
  return response
}

interface Sent {
  request: Request
  target: string
  requestId: string
}

async function answerRequest(
  router: Router,
  {dialect, hosts}: AppOptions,
  {request, target, requestId}: Sent,
): Promise<{response: Response; err?: unknown}> {
  let path: string | null = null
  try {
    path = dialect.toRoutePath(target)
    refuseOtherHosts(request, hosts)
    return {response: await router(request, {requestId, target, path})}
  } catch (err) {
    const answer = dialect.answerError({err, path, requestId})
    return {response: toResponse(request.method === 'HEAD' ? {...answer, body: null} : answer), err}
  }
}

function toResponse({status, headers, body}: Omit<ErrorAnswer, 'body'> & {body: string | null}): Response {
  return new Response(body, {status, headers})
}

function addHeaders({headers}: Response, requestId: string): void {
  headers.set('X-Request-Id', requestId)
  // Responses contain tokens and private data.
  headers.set('Cache-Control', 'no-store')
  // Prevent a browser from treating the text of a name as a page or a script.
  headers.set('X-Content-Type-Options', 'nosniff')
}

/**
 * Throw 421 if a request names another host. A browser page can point its own domain to this
 * machine (DNS rebinding), and is then same-origin with the service. Its requests have that domain
 * in the Host header.
 */
function refuseOtherHosts({url, headers}: Request, hosts: ReadonlySet<string>): void {
  const named = [new URL(url).hostname, readHostname(headers.get('host'))]
  if (named.every((name) => name === null || hosts.has(name))) return
  const known = [...hosts].join(', ')
  throw new HttpRefusal(421, `This service answers to ${known} only, not to another name for it`)
}

/**
 * Return the name without its port. An IPv6 address keeps its brackets, as in the hostname of a
 * URL.
 */
function readHostname(host: string | null): string | null {
  return host === null ? null : host.replace(/:\d+$/, '').toLowerCase()
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
