import {Agent, type ClientRequest, request as httpRequest, type IncomingMessage} from 'node:http'
import type {TLSSocket} from 'node:tls'
import {createTunnelAgent, ProxyError, type TunnelAgent} from './http-tunnel.ts'

/** One try of a request, as it goes on the wire. */
interface Exchange {
  url: URL
  method: string
  headers: Record<string, string>
  body?: string | undefined
  /** From the start to the last byte of the answer, in milliseconds. */
  timeoutMs: number
  /** Use a new connection, never one that was idle. */
  fresh: boolean
  /** Called when the server may have received the request. */
  onSent?: (() => void) | undefined
}

export interface HttpAnswer {
  status: number
  headers: IncomingMessage['headers']
  text: string
}

/** Why there is no whole answer. */
export interface HttpFailure {
  /** Whether the server may have received the request. */
  sent: boolean
  why: 'timeout' | 'refused' | 'no-host' | 'tls' | 'proxy' | 'proxy-sign-in' | 'dropped' | 'too-long'
  cause: Error
}

export interface Wire {
  /** Send one request and read its answer to the end. Follows no redirect. */
  exchange(exchange: Exchange): Promise<HttpAnswer | HttpFailure>
  close(): void
}

/** Of an answer, in bytes. Two pages of 1000 tokens with all their roles are smaller. */
const BODY_BYTES_MAX = 64 * 1024 * 1024

/**
 * Open connections to one origin. `proxy`: the URL of the proxy, null for none. Certificates are
 * those of Node, with the ones of `NODE_EXTRA_CA_CERTS`.
 */
export async function openWire(origin: URL, proxy: string | null): Promise<Wire> {
  const isTls = origin.protocol === 'https:'
  // Loading node:https takes as long as a third of a start of Node.
  const https = isTls ? await import('node:https') : null
  const newAgent = async (keepAlive: boolean) => {
    if (!https) return new Agent({keepAlive})
    // Set, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch the check of certificates off.
    const options = {keepAlive, rejectUnauthorized: true}
    return proxy === null ? new https.Agent(options) : createTunnelAgent(new URL(proxy), options)
  }
  const shared = await newAgent(true)
  const send = https ? https.request : httpRequest
  return {
    async exchange({url, method, headers, fresh, ...rest}) {
      const agent = fresh ? await newAgent(false) : shared
      return run(send(url, {method, headers, agent}), {...rest, isTls, agent})
    },
    close: () => shared.destroy(),
  }
}

function run(
  req: ClientRequest,
  {
    body,
    timeoutMs,
    onSent,
    isTls,
    agent,
  }: Pick<Exchange, 'body' | 'timeoutMs' | 'onSent'> & {isTls: boolean; agent: Agent | TunnelAgent},
): Promise<HttpAnswer | HttpFailure> {
  const {promise, resolve} = Promise.withResolvers<HttpAnswer | HttpFailure>()
  let connected = false
  const setConnected = () => {
    connected = true
    onSent?.()
  }
  const fail = (cause: Error, why = explainCause(cause, {connected, isTls})) => {
    resolve({sent: connected, why, cause})
    req.destroy()
    if ('abort' in agent) agent.abort()
  }
  const timer = setTimeout(() => fail(new Error('timeout'), 'timeout'), timeoutMs)
  req.on('socket', (socket) => {
    const {connecting, secureConnecting = false} = socket as TLSSocket & {secureConnecting?: boolean}
    // A connection that was idle, or goes through a proxy, is complete here.
    if (!connecting && !secureConnecting) setConnected()
    else socket.once(isTls ? 'secureConnect' : 'connect', setConnected)
  })
  // Nothing was asked to change the protocol. Without a listener, Node only closes the connection.
  req.on('upgrade', () => fail(new Error('the server changed the protocol'), 'dropped'))
  req.on('response', (res) => {
    readBody(res, fail, (text) => resolve({status: res.statusCode ?? 0, headers: res.headers, text}))
  })
  req.on('error', (err) => fail(err))
  req.end(body)
  return promise.finally(() => clearTimeout(timer))
}

function readBody(
  res: IncomingMessage,
  fail: (cause: Error, why?: HttpFailure['why']) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  res.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) fail(new Error(`the answer is longer than ${BODY_BYTES_MAX} bytes`), 'too-long')
    else chunks.push(chunk)
  })
  res.on('error', (err) => fail(err))
  res.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
}

function explainCause(cause: Error & {code?: string}, state: {connected: boolean; isTls: boolean}): HttpFailure['why'] {
  const {code = ''} = cause
  if (cause instanceof ProxyError) return cause.status === 407 ? 'proxy-sign-in' : 'proxy'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-host'
  if (state.connected) return 'dropped'
  if (code === 'ECONNREFUSED') return 'refused'
  // Without a connection, every other code that is not one of the system is about a certificate or
  // a protocol.
  return state.isTls && (code === 'EPROTO' || !/^E[A-Z]+$/.test(code)) ? 'tls' : 'dropped'
}
