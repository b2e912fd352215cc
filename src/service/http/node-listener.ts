import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import {getRequestListener} from '@hono/node-server'
import {systemCodeOf} from '../../lib/system-error.ts'
import {receiveBody} from './node-body.ts'
import {type Refuse, refusalBytes, unreadable} from './node-refusal.ts'

export interface ListenerOptions {
  fetch: (request: Request) => Response | Promise<Response>
  /** The answer to what cannot be read as a request. */
  refuse: Refuse
}

export interface Listener {
  server: Server
  /** End what waits for a next request at once; resolves when the last connection is gone. */
  stop(): Promise<void>
  /** End every connection, whatever is under way on it. */
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
 * Make a server that calls `fetch` for each request that arrived completely. Such a request always gets its own answer, whatever
 * follows it on the connection; what cannot be read gets the refusal after it, and ends the connection.
 */
export function createListener({fetch, refuse}: ListenerOptions): Listener {
  const answer = getRequestListener(fetch, {errorHandler: () => refuse(unreadable(400))})
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
    receiveBody(req, () => {
      if (connection.abandoned !== res) void answer(req, res)
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
    const code = systemCodeOf(err)
    if (socket.writable && code !== 'ECONNRESET') void onUnreadable(STATUS_OF_CODE[code] ?? 400, socket)
    else if (!connections.get(socket)?.refused) socket.destroy(err)
  })
  // Without a listener, Node would destroy the connection together with the answers that are under way.
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
