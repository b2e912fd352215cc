import {type ClientRequest, request as httpRequest} from 'node:http'
import type {Agent, AgentOptions, RequestOptions} from 'node:https'
import type {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

/** Why a proxy opened no connection. `status`: its answer; undefined without one. */
export class ProxyError extends Error {
  readonly status: number | undefined

  constructor(status: number | undefined, cause?: unknown) {
    super('the proxy opened no connection', {cause})
    this.status = status
  }
}

/** Node ignores the socket of a failed connection, but its type asks for one. */
const NO_SOCKET = null as unknown as Duplex

export interface TunnelAgent extends Agent {
  /** End the connections to the proxy that are not open yet. Node keeps no list of them. */
  abort(): void
}

/**
 * Return an agent whose connections go through an HTTP proxy by CONNECT (RFC 9110, 9.3.6). Node has
 * such agents (`proxyEnv`), but a connection to a proxy that never answers cannot be ended there,
 * and keeps the process alive.
 */
export async function createTunnelAgent(proxy: URL, options: AgentOptions): Promise<TunnelAgent> {
  const [https, tls] = await Promise.all([import('node:https'), import('node:tls')])
  const pending = new Set<ClientRequest | Socket>()

  class Tunnels extends https.Agent {
    override createConnection(target: RequestOptions, callback?: (err: Error | null, socket: Duplex) => void): null {
      const {host, port, servername} = target
      const name = host ?? ''
      const req = connect(`${name}:${port ?? 443}`)
      const fail = (err: Error) => callback?.(err, NO_SOCKET)
      pending.add(req)
      req.on('connect', (res, socket) => {
        pending.delete(req)
        if (res.statusCode !== 200) {
          socket.destroy()
          fail(new ProxyError(res.statusCode))
          return
        }
        const secure = tls.connect({rejectUnauthorized: true, host: name, servername: servername ?? '', socket})
        pending.add(secure)
        secure.once('secureConnect', () => pending.delete(secure))
        callback?.(null, secure)
      })
      req.on('response', (res) => {
        res.destroy()
        fail(new ProxyError(res.statusCode))
      })
      req.on('error', (err) => fail(new ProxyError(undefined, err)))
      req.end()
      return null
    }

    abort(): void {
      for (const each of pending) each.destroy()
      pending.clear()
    }
  }

  function connect(path: string): ClientRequest {
    const {hostname, port, protocol} = proxy
    const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':')
    const authorization =
      credentials === ':' ? {} : {'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}`}
    const send = protocol === 'https:' ? https.request : httpRequest
    return send({
      protocol,
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : {port}),
      method: 'CONNECT',
      path,
      agent: false,
      headers: {Host: path, ...authorization},
    })
  }

  return new Tunnels(options) as unknown as TunnelAgent
}
