import {createServer, type IncomingMessage, type Server, ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import {getRequestListener} from '@hono/node-server'
import {readSystemCode} from '../../lib/system-error.ts'
import type {App} from './app.ts'
import type {ArrivedBody} from './dialect.ts'
import {refuseOverload} from './failure.ts'
import {receiveBody} from './node-body.ts'
import {type Refuse, refusalBytes, unreadable} from './node-refusal.ts'
import {toRequestTarget} from './target.ts'

export interface ListenerOptions {
  answer: App
  /** Return the response to data that is not a readable request. */
  refuse: Refuse
  bodyBytesMax: number
  /** The maximum number of connections (default: 1000). */
  connectionsMax?: number
}

export interface Listener {
  server: Server
  /** Close idle connections immediately. Resolves when the last connection is closed. */
  stop(): Promise<void>
  /** Close every connection, including its requests in progress. */
  cutOff(): void
}

interface Connection {
  /** The requests without a complete response, in the order of arrival. */
  inProgress: Set<ServerResponse>
  latest: ServerResponse | null
  /** The client sent bytes that cannot be read. No later bytes are treated as a request. */
  refused: boolean
  /** The request that contains those bytes. The refusal is its response, so it must not run. */
  abandoned: ServerResponse | null
}

/** Limits against clients that send slowly on purpose. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16_384,
} as const

/** Each connection can hold a body in memory. More would also reach the limit of open files. */
const CONNECTIONS_MAX = 1000

/**
 * How many further connections get a refusal. It keeps them open for a moment (LINGER_MS). Those
 * above are closed without an answer.
 */
const REFUSED_MAX = 200

/**
 * How long to keep reading a refused connection. If it were closed with unread bytes, it would be
 * reset, and the client could lose its responses.
 */
const LINGER_MS = 2_000

/**
 * Create a server that calls `answer` for each request that has arrived completely. Such a request
 * always gets its own response, even if unreadable bytes follow it. Unreadable bytes get the
 * refusal after that, and the connection ends.
 */
export function createListener(options: ListenerOptions): Listener {
  const {answer, refuse, bodyBytesMax, connectionsMax = CONNECTIONS_MAX} = options
  const respond = createResponder(answer, refuse)
  const connections = new Map<Duplex, Connection>()
  let stopping = false

  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    const connection = connections.get(req.socket)
    if (!connection || connection.refused) return
    const {inProgress} = connection
    connection.latest = res
    inProgress.add(res)
    res.once('close', () => {
      inProgress.delete(res)
      if (stopping && inProgress.size === 0) req.socket.destroySoon()
    })
    receiveBody(req, {
      bytesMax: bodyBytesMax,
      onArrived(body) {
        if (connection.abandoned !== res) respond(req, res, body)
      },
    })
  }

  const onUnreadable = async (status: number, socket: Duplex) => {
    const connection = connections.get(socket)
    if (!connection || connection.refused) return
    const {latest, inProgress} = connection
    connection.refused = true
    if (latest && !latest.req.complete) connection.abandoned = latest
    const bytes = await refusalBytes(refuse, unreadable(status))
    // If the request already has a response, such as a 413 before its body arrived, do not send a
    // second one.
    const end = () => endRefused(socket, connection.abandoned?.headersSent ? null : bytes)
    const last = [...inProgress].findLast((res) => res !== connection.abandoned && !res.writableFinished)
    // Run before the listener of Node, which ends the connection if the client has ended its side.
    if (last) last.prependOnceListener('finish', end)
    else end()
  }

  /** Answer before any request is read. What arrives is discarded. */
  const refuseConnection = async (socket: Duplex, connection: Connection) => {
    connection.refused = true
    endRefused(socket, await refusalBytes(refuse, refuseOverload()))
  }

  const server = createServer(
    {...LIMITS, requireHostHeader: false, joinDuplicateHeaders: true, ServerResponse: CommonResponse},
    onRequest,
  )
  // A client that has ended its side still waits for the response. (`net.Server` has an option for
  // this, `http.Server` only the property.)
  Object.assign(server, {httpAllowHalfOpen: true})
  server.on('checkExpectation', onRequest)
  server.on('connection', (socket) => {
    const connection = {...NEW_CONNECTION, inProgress: new Set<ServerResponse>()}
    connections.set(socket, connection)
    socket.once('close', () => connections.delete(socket))
    if (connections.size > connectionsMax + REFUSED_MAX) socket.destroy()
    else if (connections.size > connectionsMax) void refuseConnection(socket, connection)
  })
  server.on('clientError', (err, socket) => {
    const code = readSystemCode(err)
    if (socket.writable && code !== 'ECONNRESET') void onUnreadable(STATUS_OF_CODE[code] ?? 400, socket)
    else if (!connections.get(socket)?.refused) socket.destroy(err)
  })
  // Without a listener, Node destroys the connection, including responses in progress.
  server.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy()).resume()
    void onUnreadable(400, socket)
  })
  return {
    server,
    stop() {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const [socket, {inProgress}] of connections) if (inProgress.size === 0) socket.destroy()
      return closed
    },
    cutOff() {
      for (const socket of connections.keys()) socket.destroy()
    },
  }
}

/** A response with headers that it has in addition to those of `writeHead`. `setHeader` is slow. */
class CommonResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  common: Record<string, string> = {}

  override writeHead(statusCode: number, headers?: unknown): this {
    return super.writeHead(statusCode, {...Object(headers), ...this.common})
  }
}

type Respond = (req: IncomingMessage, res: ServerResponse, body: ArrivedBody) => void

/** Return a function that responds to a request that has arrived completely. */
function createResponder(answer: App, refuse: Refuse): Respond {
  /** The raw target and the body, which a Request does not have. */
  const arrived = new WeakMap<object, {target: string; body: ArrivedBody}>()
  const respond = getRequestListener(
    (request, {incoming, outgoing}) => {
      const {target, body} = arrived.get(incoming) ?? NOTHING_ARRIVED
      return answer(request, {
        target,
        body,
        headers: incoming.headers,
        addHeaders(headers) {
          if (outgoing instanceof CommonResponse) outgoing.common = headers
        },
      })
    },
    {
      // For example a Host header that is not valid in a URL.
      errorHandler: () => refuse(unreadable(400)),
    },
  )
  return (req, res, body) => {
    const target = req.url ?? ''
    arrived.set(req, {target, body})
    req.url = toRequestTarget(target)
    void respond(req, res)
  }
}

const NOTHING_ARRIVED = {target: '', body: null}

const NEW_CONNECTION = {latest: null, refused: false, abandoned: null}

const STATUS_OF_CODE: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Send the refusal, if any, and end the connection. Destroy it after LINGER_MS if the client has
 * not closed it.
 */
function endRefused(socket: Duplex, bytes: string | null): void {
  if (bytes === null) socket.end()
  else socket.end(bytes)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
