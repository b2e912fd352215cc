import type {Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {ListenError} from './listen-error.ts'
import {LOOPBACK_ADDRESSES} from './loopback.ts'
import {createListener, type Listener, type ListenerOptions} from './node-listener.ts'

export interface ListenOptions extends ListenerOptions {
  /** 0 for any that is free. */
  port: number
  /** The loopback addresses of this machine unless given. One that the machine does not have is left out. */
  addresses?: readonly string[]
}

export interface HttpServer {
  port: number
  /** Those that it listens on. */
  addresses: string[]
  /** Take no more requests, and resolve when those in progress are answered, or were cut off after this time. */
  stop(graceMs: number): Promise<void>
}

/** How often another free port is tried if the one for the first address is taken on the second. */
const FREE_PORT_TRIES = 20

/**
 * Listen on the loopback addresses that this machine has, all on the same port: a client takes `localhost` for any of them. Rejects
 * with a ListenError if the port is in use on one of them or may not be used, because another program would get the tokens that are
 * meant for this one.
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

/** Add a listener for each address that there is to `listeners`, and return their port. */
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

/** Rejects if the address cannot be used; from then on an error of the server, such as too many open files, ends nothing. */
function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (err) => reject(new ListenError(err, {host, port})))
    server.listen({host, port}, () => {
      server.on('error', () => {})
      resolve()
    })
  })
}
