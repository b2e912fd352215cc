import {withoutTokens} from '../../lib/token-shape.ts'
import type {Dialect, ErrorAnswer} from './dialect.ts'
import {HttpRefusal, isFault, shortened} from './failure.ts'
import type {ListenerOptions} from './node-listener.ts'
import {createRouter, type Router} from './router.ts'
import {decodePath} from './target.ts'

/** Answer a request; `target` is its target as the client sent it. Never rejects. */
export type App = (request: Request, target: string) => Promise<Response>

/** One answered request, without anything that could be a secret: no query, no header, no body. */
export interface RequestLogEntry {
  method: string
  path: string
  status: number
  /** Milliseconds, with fractions. */
  ms: number
  requestId: string
  /** What was thrown, if it is not about the request. */
  error?: unknown
}

export interface AppOptions {
  dialect: Dialect
  /** Names that a Host header may have, without a port. */
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
 * Make the HTTP service of one dialect, as a function; node.ts knows the sockets. Here is what every
 * dialect shares: the request id, the check of the host, the headers of every answer and the log.
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
      // Most entries are not shown: the path is only prepared when it is read.
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

/** Return the answer to what could not be read as a request. */
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
  // Answers hold tokens, and what a token may see.
  headers.set('Cache-Control', 'no-store')
  // A browser must not take the text of a name for a page or a script.
  headers.set('X-Content-Type-Options', 'nosniff')
}

/**
 * Throw 421 for a request that names another host. A page in a browser can have its own name point to
 * this machine (DNS rebinding), and would then be same-origin with the service; its requests have that name.
 */
function refuseOtherHosts({url, headers}: Request, hosts: ReadonlySet<string>): void {
  const named = [new URL(url).hostname, readHostname(headers.get('host'))]
  if (named.every((name) => name === null || hosts.has(name))) return
  const known = [...hosts].join(', ')
  throw new HttpRefusal(421, `This service answers to ${known} only, not to another name for it`)
}

/** The name without its port; URL wants brackets around an IPv6 address, and a header has them. */
function readHostname(host: string | null): string | null {
  return host === null ? null : host.replace(/:\d+$/, '').toLowerCase()
}

/** Characters. */
const LOGGED_PATH_MAX = 500

/** Return the path that was sent, decoded, so that a token in it is recognized, and without blanks. */
function toLoggedPath(target: string): string {
  // Before the path of a target in another form there may be a name and a password.
  const [path = ''] = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  // With a blank in it, its end would pass for the fields that follow it.
  const line = withoutTokens(decodePath(path || '/')).replaceAll(/\s/g, encodeURIComponent)
  return shortened(line, LOGGED_PATH_MAX)
}
