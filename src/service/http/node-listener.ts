import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import {getRequestListener} from '@hono/node-server'
import {readSystemCode} from '../../lib/system-error.ts'
import type {App} from './app.ts'
import {receiveBody} from './node-body.ts'
import {type Refuse, refusalBytes, unreadable} from './node-refusal.ts'
import {toRequestTarget} from './target.ts'

export interface ListenerOptions {
  answer: App
  /** The answer to what cannot be read as a request. */
  refuse: Refuse
  bodyBytesMax: number
}

export interface Listener {
  server: Server
  /** Close idle connections immediately; resolves when the last connection is closed. */
  stop(): Promise<void>
  /** Close every connection, with the requests in progress on it. */
  cutOff(): void
}

interface Connection {
  /** Requests without a complete answer, in the order of their arrival. */
  underWay: Set<ServerResponse>
  latest: ServerResponse | null
  /** Bytes came that cannot be read: nothing after them is a request. */
  refused: boolean
  /** The request that those bytes were part of. The refusal is its answer, so it must not be carried out. */
  abandoned: ServerResponse | null
}

/** For clients that send slowly on purpose. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16_384,
} as const

/** How long a refused connection is read on. Closed with bytes unread, it would be reset, and the client could lose its answers. */
const LINGER_MS = 2_000

/**
 * Make a server that calls `answer` for each request that arrived completely. Such a request always gets its own answer, also
 * if bytes follow it that are not a request; what cannot be read gets the refusal after it, and ends the connection.
 */
export function createListener({answer, refuse, bodyBytesMax}: ListenerOptions): Listener {
  const respond = createResponder(answer, refuse)
  const connections = new Map<Duplex, Connection>()
  let stopping = false

  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    const connection = connections.get(req.socket)
    if (!connection || connection.refused) return
    const {underWay} = connection
    connection.latest = res
    underWay.add(res)
    res.once('close', () => {
      underWay.delete(res)
      if (stopping && underWay.size === 0) req.socket.destroySoon()
    })
    receiveBody(req, {
      bytesMax: bodyBytesMax,
      onArrived() {
        if (connection.abandoned !== res) respond(req, res)
      },
    })
  }

  const onUnreadable = async (status: number, socket: Duplex) => {
    const connection = connections.get(socket)
    if (!connection || connection.refused) return
    const {latest, underWay} = connection
    connection.refused = true
    if (latest && !latest.req.complete) connection.abandoned = latest
    const bytes = await refusalBytes(refuse, status)
    // An answer that was given before the rest of its request came, such as 413, is the only one to it.
    const end = () => endRefused(socket, connection.abandoned?.headersSent ? null : bytes)
    const last = [...underWay].findLast((res) => res !== connection.abandoned && !res.writableFinished)
    // First of its listeners: Node ends the connection in its own one if the client has ended its side.
    if (last) last.prependOnceListener('finish', end)
    else end()
  }

  const server = createServer({...LIMITS, requireHostHeader: false}, onRequest)
  // A client that has sent all it has to say still waits for the answer. (`net.Server` has an option for this, `http.Server` only
  // the property.)
  Object.assign(server, {httpAllowHalfOpen: true})
  server.on('checkExpectation', onRequest)
  server.on('connection', (socket) => {
    connections.set(socket, {underWay: new Set(), latest: null, refused: false, abandoned: null})
    socket.once('close', () => connections.delete(socket))
  })
  server.on('clientError', (err, socket) => {
    const code = readSystemCode(err)
    if (socket.writable && code !== 'ECONNRESET') void onUnreadable(STATUS_OF_CODE[code] ?? 400, socket)
    else if (!connections.get(socket)?.refused) socket.destroy(err)
  })
  // Without a listener, Node would destroy the connection together with the answers in progress.
  server.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy()).resume()
    void onUnreadable(400, socket)
  })
  return {
    server,
    stop() {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const [socket, {underWay}] of connections) if (underWay.size === 0) socket.destroy()
      return closed
    },
    cutOff() {
      for (const socket of connections.keys()) socket.destroy()
    },
  }
}

/** Return the function that answers a request with the target that was sent, which a Request does not have. */
function createResponder(answer: App, refuse: Refuse): (req: IncomingMessage, res: ServerResponse) => void {
  /** Only of those that a Request cannot be made of. */
  const targets = new WeakMap<object, string>()
  const respond = getRequestListener(
    (request, {incoming}) => answer(request, targets.get(incoming) ?? incoming.url ?? ''),
    {
      // Such as a Host header that no URL can have.
      errorHandler: () => refuse(unreadable(400)),
    },
  )
  return (req, res) => {
    const target = req.url ?? ''
    const readable = toRequestTarget(target)
    if (readable !== target) targets.set(req, target)
    req.url = readable
    void respond(req, res)
  }
}

const STATUS_OF_CODE: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** Write the refusal, if there is one to write, and close as soon as the client has done the same, or a little later. */
function endRefused(socket: Duplex, bytes: string | null): void {
  if (bytes === null) socket.end()
  else socket.end(bytes)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
