import {createServer} from 'node:http'
import {type AddressInfo, connect, type Socket} from 'node:net'

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** The targets of all CONNECT requests. */
  targets: string[]
  close(): Promise<void>
}

interface ProxyOptions {
  /** Of this machine; every tunnel leads there. */
  port: number
  /** Refuse all tunnels with this status line. */
  refuse?: string | undefined
  /** Never answer CONNECT, or open a tunnel in which nothing answers. */
  stall?: 'connect' | 'tls' | undefined
}

/** Open an HTTP proxy. */
export async function openConnectProxy({port, refuse, stall}: ProxyOptions): Promise<ConnectProxy> {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', (req, socket: Socket) => {
    targets.push(req.url ?? '')
    socket.on('error', () => {})
    if (stall === 'connect') return
    if (stall === 'tls') {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      return
    }
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse}\r\n\r\n`)
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket)
      socket.pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
