import type {Context, Handler} from 'hono'

/** What the core hands to a route next to the Request. */
export interface Exchange {
  /** A UUID; in the answer, in the error body and in the audit trail. */
  requestId: string
  /** The request target as the client sent it. The URL of the Request is folded: `/a/../b` is `/b` there. */
  target: string
  /** What the dialect routes it by. */
  path: string
}

export interface RequestEnv {
  Bindings: Exchange
  Variables: {
    /** For a handler of any method but GET: all that was sent (body.ts reads it as text). */
    body: Uint8Array
  }
}

export type RequestContext = Context<RequestEnv>

/** What one path answers to. */
export interface Route {
  /** As Hono reads it: `/v1/organizations/:org`. */
  path: string
  /** By method in capitals. HEAD is answered as GET without its body; a method that is not here is refused with 405. */
  handlers: Record<string, Handler<RequestEnv>>
}

/** An API as its clients expect it over HTTP: its routes, and how it words every error. */
export interface Dialect {
  /** Bytes; a longer body is refused with 413. */
  bodyBytesMax: number
  routes: Route[]
  /**
   * Return the path to route by. What dots, repeated slashes, a slash at the end and percent signs
   * in a target mean is decided here (target.ts helps). An error that it throws is answered.
   */
  toRoutePath(target: string): string
  /** Return the answer to a request that failed; also to one that has no route or cannot be read. */
  answerError(error: RequestError): ErrorAnswer
}

export interface RequestError {
  /**
   * As it was thrown: an HttpRefusal, an AppError or a fault. `describeFailure` says what of it a
   * client may read.
   */
  err: unknown
  /** What `toRoutePath` returned; null if the request or its target could not be read. */
  path: string | null
  requestId: string
}

/** The headers that every answer has are added to it. */
export interface ErrorAnswer {
  status: number
  /** With the Content-Type. */
  headers: Record<string, string>
  body: string
}

export function jsonAnswer(
  {status, headers = {}}: {status: number; headers?: Record<string, string>},
  body: unknown,
): ErrorAnswer {
  return {status, headers: {'Content-Type': 'application/json', ...headers}, body: JSON.stringify(body)}
}
