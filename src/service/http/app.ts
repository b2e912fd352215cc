import {STATUS_CODES} from 'node:http'
import {type Context, type Handler, Hono} from 'hono'
import type {ContentfulStatusCode} from 'hono/utils/http-status'
import {withoutTokens} from '../../lib/token-shape.ts'
import {readBody} from './body.ts'
import {type Failure, HttpRefusal, shortened, toFailure} from './failure.ts'

export interface RequestEnv {
  Variables: {
    /** A UUID; in the answer, in the error body and in the audit trail. */
    requestId: string
    /** For a handler of POST or DELETE: all that was sent (body.ts reads it as text). */
    body: Uint8Array
  }
}

export type RequestContext = Context<RequestEnv>
type Method = 'GET' | 'POST' | 'DELETE'

/** What one path answers to. HEAD is answered as GET without its body; any other method is 405. */
export interface Route {
  /** As Hono reads it: `/v1/organizations/:org`. */
  path: string
  handlers: Partial<Record<Method, Handler<RequestEnv>>>
}

/** The paths of one vendor, or of the service itself. */
export interface Dialect {
  routes: Route[]
  /** The body of an error as its clients expect it; null for a path that is none of its own. */
  errorBody?(told: ToldError): Record<string, unknown> | null
}

export interface ToldError {
  path: string
  failure: Failure
  requestId: string
  /** What was thrown: not for the client. */
  err: unknown
}

/** One answered request, without anything that could be a secret: no query, no header, no body. */
export interface RequestLogEntry {
  method: string
  path: string
  status: number
  /** Milliseconds, with fractions. */
  ms: number
  requestId: string
  /** What was thrown, for a status from 500 on. */
  error?: unknown
}

export interface AppOptions {
  dialects: Dialect[]
  /** Names that a Host header may have, without a port; a browser that was lured here by another name is refused. */
  hosts: ReadonlySet<string>
  newRequestId: () => string
  log?: (entry: RequestLogEntry) => void
}

/** The HTTP service as a function of a request; node.ts knows the sockets. */
export function createApp({dialects, hosts, newRequestId, log}: AppOptions): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const errors = new WeakMap<RequestContext, unknown>()
  app.use(async (c, next) => {
    const startedAt = performance.now()
    c.set('requestId', newRequestId())
    for (const [name, value] of Object.entries(headersOfEvery(c.var.requestId))) c.header(name, value)
    await next()
    log?.(entryOf(c, performance.now() - startedAt, errors.get(c)))
  })
  app.use(async (c, next) => {
    refuseOtherHosts(c, hosts)
    await next()
  })
  for (const {routes} of dialects) for (const route of routes) addRoute(app, route)
  app.notFound(() => {
    throw new HttpRefusal(404, 'There is nothing at this path')
  })
  app.onError((err, c) => {
    const failure = toFailure(err)
    if (failure.status >= 500) errors.set(c, err)
    const body = errorBody(dialects, {failure, err, path: c.req.path, requestId: c.var.requestId})
    return c.json(body, failure.status as ContentfulStatusCode, failure.headers)
  })
  return app
}

/** The answer to what could not even be read as a request. */
export function refuse(refusal: HttpRefusal, {newRequestId}: Pick<AppOptions, 'newRequestId'>): Response {
  const requestId = newRequestId()
  const failure = toFailure(refusal)
  const body = neutralBody(failure, requestId)
  return Response.json(body, {status: failure.status, headers: {...failure.headers, ...headersOfEvery(requestId)}})
}

/** The headers of every answer, a refusal too. */
function headersOfEvery(requestId: string): Record<string, string> {
  return {
    'X-Request-Id': requestId,
    // Answers hold tokens, and what a token may see.
    'Cache-Control': 'no-store',
    // A browser must not take the text of a name for a page or a script.
    'X-Content-Type-Options': 'nosniff',
  }
}

function errorBody(dialects: Dialect[], told: ToldError): Record<string, unknown> {
  for (const {errorBody: bodyOf} of dialects) {
    const body = bodyOf?.(told)
    if (body) return body
  }
  return neutralBody(told.failure, told.requestId)
}

/**
 * Where nobody knows what the client expects. With an `error`, so that one that asked for a token, and whose request could not be
 * read, does not take it for a success (RFC 6749, section 5.2).
 */
function neutralBody({status, message}: Failure, requestId: string): Record<string, unknown> {
  return {error: STATUS_CODES[status] ?? 'Error', message, requestId, statusCode: status}
}

function addRoute(app: Hono<RequestEnv>, {path, handlers}: Route): void {
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, method === 'GET' ? handler : withBody(handler))
  }
  const allowed = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  app.all(path, ({req}) => {
    throw new HttpRefusal(405, `${req.method} is not possible at this path`, {Allow: allowed.join(', ')})
  })
}

/** Run the handler only for a request whose body has arrived: one that was cut off must change nothing, whether it is read or not. */
function withBody(handler: Handler<RequestEnv>): Handler<RequestEnv> {
  return async (c, next) => {
    c.set('body', await readBody(c.req.raw))
    return handler(c, next)
  }
}

/**
 * A page that a browser shows can have its own name point to this machine (DNS rebinding) and would then be same-origin with the
 * service. Its requests bear that name.
 */
function refuseOtherHosts({req}: RequestContext, hosts: ReadonlySet<string>): void {
  const named = [new URL(req.url).hostname, hostnameOf(req.header('host'))]
  if (named.every((name) => name === undefined || hosts.has(name))) return
  throw new HttpRefusal(421, `This service answers to ${[...hosts].join(', ')} only, not to another name for it`)
}

function hostnameOf(host: string | undefined): string | undefined {
  return host?.replace(/:\d+$/, '').toLowerCase()
}

/** Characters. */
const LOGGED_PATH_MAX = 500

function entryOf({req, res, var: {requestId}}: RequestContext, ms: number, error: unknown): RequestLogEntry {
  const {method, path} = req
  return {
    method,
    // Most entries are for nobody: what is not read is not looked through.
    get path() {
      // With a blank in it, its end would pass for the fields that follow it.
      return shortened(withoutTokens(path).replaceAll(/\s/g, encodeURIComponent), LOGGED_PATH_MAX)
    },
    status: res.status,
    ms,
    requestId,
    ...(error === undefined ? {} : {error}),
  }
}
