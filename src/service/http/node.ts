import {createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import {getRequestListener} from '@hono/node-server'
import {AppError} from '../../errors/app-error.ts'
import {systemCodeOf} from '../../lib/system-error.ts'
import {HttpRefusal} from './failure.ts'

export interface ListenOptions {
  fetch: (request: Request) => Response | Promise<Response>
  /** The answer to what cannot be read as a request. */
  refuse: (refusal: HttpRefusal) => Response
  /** 0 for any that is free. */
  port: number
}

export interface HttpServer {
  port: number
  /** 127.0.0.1, and ::1 where the machine has IPv6. */
  addresses: string[]
  /** Take no more requests, and resolve when those under way are answered, or were cut off after this time. */
  stop(graceMs: number): Promise<void>
}

const IPV4 = '127.0.0.1'
const IPV6 = '::1'
/** How often another free port is tried where the one for IPv4 is taken for IPv6. */
const FREE_PORT_TRIES = 20

/** For whoever sends slowly on purpose. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16_384,
} as const

/**
 * Listen on the loopback addresses of this machine, both on the same port: a client takes `localhost` for either. CONFIG when the
 * port is in use or may not be used.
 */
export async function listenOnLoopback(options: ListenOptions): Promise<HttpServer> {
  for (let tries = 1; ; tries++) {
    const ipv4 = createListener(options)
    await listen(ipv4.server, IPV4, options.port)
    const {port} = ipv4.server.address() as AddressInfo
    const ipv6 = createListener(options)
    try {
      await listen(ipv6.server, IPV6, port)
      return joined(port, {[IPV4]: ipv4, [IPV6]: ipv6})
    } catch (err) {
      if (hasNoIpv6(err)) return joined(port, {[IPV4]: ipv4})
      await ipv4.stop()
      if (options.port !== 0 || tries === FREE_PORT_TRIES) throw err
    }
  }
}

function joined(port: number, listeners: Record<string, Listener>): HttpServer {
  return {
    port,
    addresses: Object.keys(listeners),
    async stop(graceMs) {
      const all = Object.values(listeners)
      const deadline = setTimeout(() => {
        for (const {server} of all) server.closeAllConnections()
      }, graceMs)
      await Promise.all(all.map((listener) => listener.stop()))
      clearTimeout(deadline)
    },
  }
}

interface Listener {
  server: Server
  /** Ends what waits for a next request at once; resolves when the last connection is gone. */
  stop(): Promise<void>
}

function createListener({fetch, refuse}: ListenOptions): Listener {
  const answer = getRequestListener(fetch, {errorHandler: () => refuse(unreadable(400))})
  const sockets = new Set<Socket>()
  const underWay = new Set<ServerResponse>()
  let stopping = false
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    underWay.add(res)
    res.once('close', () => {
      underWay.delete(res)
      if (stopping) req.socket.destroySoon()
    })
    void answer(req, res)
  }
  // Node would refuse a request without a Host header in its own words. So it is a 400 with our body, as whatever cannot be read.
  const server = createServer({...LIMITS, requireHostHeader: false}, onRequest)
  server.on('checkExpectation', onRequest)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('clientError', (err, socket) => void refuseUnreadable(err, socket, refuse))
  return {
    server,
    stop() {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const busy = new Set([...underWay].map(({req}) => req.socket))
      for (const socket of sockets) if (!busy.has(socket)) socket.destroy()
      return closed
    },
  }
}

/** Rejects when the address cannot be had; from then on an error of the server, such as too many open files, ends nothing. */
function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (err) => reject(listenError(err, host, port)))
    server.listen({host, port}, () => {
      server.on('error', () => {})
      resolve()
    })
  })
}

const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'EINVAL']

function hasNoIpv6(err: unknown): boolean {
  return err instanceof AppError && NO_IPV6.includes(systemCodeOf(err.details.cause))
}

function listenError(cause: Error, host: string, port: number): AppError {
  switch (systemCodeOf(cause)) {
    case 'EADDRINUSE':
      return new AppError('CONFIG', `Port ${port} is in use on ${host}`, {
        cause,
        hint: `Give another one with --port; who has it: lsof -i :${port}`,
      })
    case 'EACCES':
      return new AppError('CONFIG', `Port ${port} may not be used by you`, {
        cause,
        hint: 'Give one from 1024 on with --port',
      })
    default:
      return new AppError('CONFIG', `Cannot listen on ${host}, port ${port} (${systemCodeOf(cause)})`, {
        cause,
        hint: 'Give another port with --port',
      })
  }
}

/** What Node finds wrong before there is a request: it would answer without a body. */
async function refuseUnreadable(err: Error, socket: Duplex, refuse: ListenOptions['refuse']): Promise<void> {
  if (!socket.writable || systemCodeOf(err) === 'ECONNRESET') {
    socket.destroy(err)
    return
  }
  const response = refuse(unreadable(STATUS_OF_CODE[systemCodeOf(err)] ?? 400))
  const body = await response.text()
  const head = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const STATUS_OF_CODE: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

function unreadable(status: number): HttpRefusal {
  const why = status === 400 ? 'it cannot be read' : STATUS_CODES[status]?.toLowerCase()
  return new HttpRefusal(status, `Invalid request: ${why}`)
}
