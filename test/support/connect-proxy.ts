import {createServer} from 'node:http'
import {type AddressInfo, connect, type Socket} from 'node:net'

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** The targets of all CONNECT requests. */
  targets: string[]
  close(): Promise<void>
}

/**
 * Open an HTTP proxy that leads every tunnel to one port of this machine, or refuses all with this
 * status line.
 */
export async function openConnectProxy({port, refuse}: {port: number; refuse?: string}): Promise<ConnectProxy> {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', (req, socket: Socket) => {
    targets.push(req.url ?? '')
    socket.on('error', () => {})
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
