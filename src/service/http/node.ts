import type {Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {ListenError} from './listen-error.ts'
import {LOOPBACK_ADDRESSES} from './loopback.ts'
import {createListener, type Listener, type ListenerOptions} from './node-listener.ts'

export interface ListenOptions extends ListenerOptions {
  /** 0 for any free port. */
  port: number
  /**
   * The addresses to listen on (default: the loopback addresses). An address that the machine does
   * not have is skipped.
   */
  addresses?: readonly string[]
}

export interface HttpServer {
  port: number
  /** The addresses that it listens on. */
  addresses: string[]
  /**
   * Accept no more requests. Resolves when those in progress have their responses, or were cut off
   * after `graceMs`.
   */
  stop(graceMs: number): Promise<void>
}

/**
 * How often to try another free port, if the port of the first address is taken on the second one.
 */
const FREE_PORT_TRIES = 20

/**
 * Listen on the loopback addresses of this machine, all on the same port. A client may resolve
 * `localhost` to any of them. Reject with a ListenError if the port is in use on one of them or not
 * allowed. Otherwise another program could get the tokens that are sent to this one.
 */
export async function listenOnLoopback(options: ListenOptions): Promise<HttpServer> {
  for (let tries = 1; ; tries++) {
    const listeners = new Map<string, Listener>()
    try {
      return joined(await listenOnAll(options, listeners), listeners)
    } catch (err) {
      const isTaken = err instanceof ListenError && err.problem === 'port in use'
      const mayTryAgain = options.port === 0 && isTaken && tries < FREE_PORT_TRIES
      await Promise.all([...listeners.values()].map((listener) => listener.stop()))
      if (!mayTryAgain) throw err
    }
  }
}

/** Add a listener to `listeners` for each address that the machine has, and return their port. */
async function listenOnAll(options: ListenOptions, listeners: Map<string, Listener>): Promise<number> {
  const {addresses = LOOPBACK_ADDRESSES} = options
  let {port} = options
  let absent: unknown
  for (const address of addresses) {
    const listener = createListener(options)
    try {
      await listen(listener.server, address, port)
    } catch (err) {
      if (!(err instanceof ListenError && err.problem === 'address absent')) throw err
      absent = err
      continue
    }
    listeners.set(address, listener)
    port = (listener.server.address() as AddressInfo).port
  }
  if (listeners.size === 0) throw absent
  return port
}

function joined(port: number, listeners: Map<string, Listener>): HttpServer {
  return {
    port,
    addresses: [...listeners.keys()],
    async stop(graceMs) {
      const all = [...listeners.values()]
      const deadline = setTimeout(() => {
        for (const listener of all) listener.cutOff()
      }, graceMs)
      await Promise.all(all.map((listener) => listener.stop()))
      clearTimeout(deadline)
    },
  }
}

/**
 * Start listening, and reject if the address cannot be used. After that, ignore errors of the
 * server, such as too many open files.
 */
function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (err) => reject(new ListenError(err, {host, port})))
    server.listen({host, port}, () => {
      server.on('error', () => {})
      resolve()
    })
  })
}
