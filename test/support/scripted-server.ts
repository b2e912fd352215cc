import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'

/** What the server does with one request. */
export type Step = (req: ReceivedRequest, res: ServerResponse) => void

export interface ReceivedRequest {
  method: string
  /** As on the wire. */
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export interface ScriptedServer {
  url: URL
  /** Every request so far, in order. */
  requests: ReceivedRequest[]
  close(): Promise<void>
}

interface ScriptOptions {
  /** Key and certificate, for https. */
  tls?: {key: string; cert: string}
}

/**
 * Open a server on loopback that takes one step for each request; the last one for all that follow.
 * A function chooses the step by the request.
 */
export async function openScriptedServer(
  script: Step[] | ((req: ReceivedRequest) => Step),
  {tls}: ScriptOptions = {},
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = []
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const {method = '', url: path = '', headers} = req
      const received = {method, path, headers, body: Buffer.concat(chunks).toString('utf8')}
      const sent = requests.push(received)
      const step = typeof script === 'function' ? script(received) : script[Math.min(sent, script.length) - 1]
      step?.(received, res)
    })
    req.on('error', () => {})
  }
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  return {
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${port}/v1`),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answer with JSON. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return (_, res) => {
    res.writeHead(status, {'Content-Type': 'application/json', ...headers})
    res.end(body === undefined ? undefined : JSON.stringify(body))
  }
}

/** Answer with a text that is not JSON. */
export function answerText(status: number, text: string, headers: Record<string, string> = {}): Step {
  return (_, res) => {
    res.writeHead(status, {'Content-Type': 'text/html', ...headers})
    res.end(text)
  }
}

/** Close the connection without an answer. */
export const DROP: Step = (_, res) => res.destroy()

/** Never answer. */
export const HANG: Step = () => {}

/** Announce a longer body than comes, then close the connection. */
export function truncate(status: number, body: unknown): Step {
  return (_, res) => {
    const text = JSON.stringify(body)
    res.writeHead(status, {'Content-Type': 'application/json', 'Content-Length': `${text.length}`})
    res.write(text.slice(0, text.length / 2), () => res.destroy())
  }
}

/** Send a body that never ends, a few bytes at a time. */
export const TRICKLE: Step = (_, res) => {
  res.writeHead(200, {'Content-Type': 'application/json'})
  const timer = setInterval(() => res.write(' '), 5)
  res.on('close', () => clearInterval(timer))
}
