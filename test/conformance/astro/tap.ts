import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'

interface Listening {
  port: number
  close(): Promise<void>
}

/**
 * Listen between a client and the service on port `target`, and keep every byte that the client
 * sends. If `port` is 0, any free port is used. `requests` contains the complete requests so far,
 * each as it arrived.
 */
export async function openTap(target: number, port = 0): Promise<Listening & {requests: Buffer[]}> {
  const requests: Buffer[] = []
  const server = createServer((client) => {
    const service = connect({host: '127.0.0.1', port: target})
    let pending = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      for (let bytes = lengthOfRequest(pending); bytes !== null; bytes = lengthOfRequest(pending)) {
        requests.push(pending.subarray(0, bytes))
        pending = pending.subarray(bytes)
      }
    })
    client.pipe(service).pipe(client)
    for (const [socket, other] of [
      [client, service],
      [service, client],
    ] as const) {
      socket.on('error', () => other.destroy()).on('close', () => other.destroy())
    }
  })
  return {...(await listen(server, port)), requests}
}

/**
 * Return the length of the first request, or null while it is incomplete. The binary always sends
 * the length of a body.
 */
function lengthOfRequest(bytes: Buffer): number | null {
  const headBytes = bytes.indexOf('\r\n\r\n')
  if (headBytes < 0) return null
  const [, length = '0'] = /^content-length: *(\d+)/im.exec(bytes.toString('latin1', 0, headBytes)) ?? []
  const whole = headBytes + 4 + Number(length)
  return bytes.length < whole ? null : whole
}

async function listen(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
