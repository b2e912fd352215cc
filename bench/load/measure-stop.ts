import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {setTimeout as wait} from 'node:timers/promises'
import type {LoadServer} from './load-server.ts'

export interface ConnectionsReport {
  /** How many connections without a request were open. */
  open: number
  /** The answer to one more: its status line, and whether it has `Retry-After`. */
  status: string
  retryAfter: boolean
}

/** The limit of connections to one address. */
const CONNECTIONS_MAX = 1000
/** A connection without an answer after this time has none. In milliseconds. */
const ANSWER_MAX_MS = 5000
/** So that the request has arrived before the signal. In milliseconds. */
const ARRIVAL_MS = 200

/** Open as many connections as the service allows, and then one more. */
export async function measureConnections(port: number): Promise<ConnectionsReport> {
  const sockets = await Promise.all(Array.from({length: CONNECTIONS_MAX}, () => open(port)))
  try {
    const further = await open(port)
    sockets.push(further)
    further.write('GET /v1/organizations HTTP/1.1\r\nHost: localhost\r\n\r\n')
    further.setTimeout(ANSWER_MAX_MS, () => further.destroy())
    let answer = ''
    further.on('data', (bytes) => {
      answer += bytes
    })
    await once(further, 'close')
    const [status = ''] = answer.split('\r\n')
    return {open: CONNECTIONS_MAX, status, retryAfter: /^retry-after:/im.test(answer)}
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

/**
 * Return the time from SIGTERM to the end of the process while the body of a request is unfinished,
 * in milliseconds.
 */
export async function measureStop(served: LoadServer, port: number): Promise<number> {
  const unfinished = await open(port)
  unfinished.write('POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
  await wait(ARRIVAL_MS)
  const startMs = performance.now()
  await served.stop()
  unfinished.destroy()
  return Math.round(performance.now() - startMs)
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // A connection that the server resets is closed, and the figures show it.
  socket.on('error', () => {})
  return socket
}
