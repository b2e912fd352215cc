import {connect, type Socket} from 'node:net'

export interface RawAnswer {
  status: number
  /** By name in lower case. */
  headers: Map<string, string>
  body: string
}

/** One connection to a service on this machine. It sends exact bytes, one request after another. */
export interface RawConnection {
  /** Reject if the service closes the connection instead of answering. */
  send(bytes: Buffer): Promise<RawAnswer>
  close(): void
}

export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect({host: '127.0.0.1', port})
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return {
    send(bytes) {
      const answer = readAnswer(socket)
      socket.write(bytes)
      return answer
    },
    close: () => socket.destroy(),
  }
}

function readAnswer(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = parseAnswer(received)
      if (!answer) return
      socket.off('data', onData).off('close', onClose)
      resolve(answer)
    }
    const onClose = () => reject(new Error(`The service closed the connection after ${received.length} bytes`))
    socket.on('data', onData).once('close', onClose)
  })
}

/** Return null while the answer is incomplete. */
function parseAnswer(received: Buffer): RawAnswer | null {
  const headBytes = received.indexOf('\r\n\r\n')
  if (headBytes < 0) return null
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headBytes).split('\r\n')
  const headers = new Map(lines.map((line) => splitHeader(line)))
  const rest = received.subarray(headBytes + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? readChunks(rest) : readLength(rest, headers)
  return body === null ? null : {status: Number(statusLine.split(' ')[1]), headers, body: body.toString()}
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function readLength(rest: Buffer, headers: Map<string, string>): Buffer | null {
  const length = Number(headers.get('content-length') ?? 0)
  return rest.length < length ? null : rest.subarray(0, length)
}

function readChunks(rest: Buffer): Buffer | null {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16)
    const end = lineEnd + 2 + size
    if (rest.length < end + 2) return null
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(lineEnd + 2, end))
    at = end + 2
  }
}
