import {once} from 'node:events'
import {connect, type Socket} from 'node:net'

export interface RawAnswer {
  status: number
  /** By name in lower case. */
  headers: Record<string, string>
  body: string
}

/**
 * Write exact bytes to a service on this machine, and return all its answers until it ends the
 * connection.
 */
export async function talk(port: number, ...texts: (string | Buffer)[]): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  for (const text of texts) socket.write(text)
  return readAnswers(socket)
}

/**
 * Return all answers on a connection until its end. Throw for bytes that are not an answer, and for
 * an incomplete answer.
 */
export async function readAnswers(socket: Socket, options?: {heads?: boolean}): Promise<RawAnswer[]> {
  return splitAnswers(await readToEnd(socket), options)
}

/** Return everything that the service writes on a connection until the service ends it. */
export async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/**
 * Split a text into answers. `heads`: answers with 200 are answers to HEAD, which have a length but
 * no body.
 */
function splitAnswers(text: string, {heads = false} = {}): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let rest = text; rest !== ''; ) {
    const headEnd = rest.indexOf('\r\n\r\n')
    const [statusLine = '', ...lines] = rest.slice(0, Math.max(headEnd, 0)).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
    if (!status) throw new Error(`No answer: ${rest}`)
    const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.split(': ')[1]]))
    const length = heads && status === 200 ? 0 : Number(headers['content-length'] ?? 0)
    const bodyStart = headEnd + 4
    if (rest.length < bodyStart + length) throw new Error(`A cut off answer: ${rest}`)
    answers.push({status, headers, body: Buffer.from(rest.slice(bodyStart, bodyStart + length), 'latin1').toString()})
    rest = rest.slice(bodyStart + length)
  }
  return answers
}
