import type {Context, Handler} from 'hono'
import type {RequestHeaders} from './headers.ts'

/** What a route gets in addition to the Request. */
export interface Exchange {
  /** A UUID. It is in the response, in the error body and in the audit trail. */
  requestId: string
  /**
   * The request target as the client sent it. The URL of the Request is normalized: `/a/../b`
   * becomes `/b`.
   */
  target: string
  /** The path that the dialect routes by. */
  path: string
  headers: RequestHeaders
  body: ArrivedBody
}

/** The complete body of a request; null if it is longer than the dialect allows. */
export type ArrivedBody = Uint8Array | null

export interface RequestEnv {
  Bindings: Exchange
  Variables: {
    /** The checked body, for handlers of all methods except GET. `bodyText` returns it as text. */
    body: Uint8Array
  }
}

export type RequestContext = Context<RequestEnv>

/** The handlers of one path. */
export interface Route {
  /** The path in the syntax of Hono: `/v1/organizations/:org`. */
  path: string
  /**
   * Handlers by method in capitals. HEAD is handled as GET without the body. A method that is
   * missing here gets a 405.
   */
  handlers: Record<string, Handler<RequestEnv>>
}

/** An API as its clients expect it over HTTP: its routes and the format of its errors. */
export interface Dialect {
  /** The maximum length of a body in bytes. A longer one gets a 413. */
  bodyBytesMax: number
  routes: Route[]
  /**
   * Return the path to route by. This decides how to treat dots, repeated slashes, a trailing slash
   * and percent signs in a target (target.ts helps). If it throws, the client gets an error
   * response.
   */
  toRoutePath(target: string): string
  /** Return the response to a request that failed, has no route or cannot be read. */
  answerError(error: RequestError): ErrorAnswer
}

export interface RequestError {
  /**
   * What was thrown: an HttpRefusal, an AppError or a fault. `describeFailure` returns what a
   * client may read of it.
   */
  err: unknown
  /** The result of `toRoutePath`; null if the request or its target could not be read. */
  path: string | null
  requestId: string
}

/** An error response. The common headers are added to it. */
export interface ErrorAnswer {
  status: number
  /** Must include the Content-Type. */
  headers: Record<string, string>
  body: string
}

export function jsonAnswer(
  {status, headers = {}}: {status: number; headers?: Record<string, string>},
  body: unknown,
): ErrorAnswer {
  return {status, headers: {'Content-Type': 'application/json', ...headers}, body: JSON.stringify(body)}
}
