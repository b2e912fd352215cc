import {AppError} from '../../errors/app-error.ts'
import {newUuid} from '../../lib/ids.ts'
import type {RequestLogEntry} from '../../service/http/app.ts'
import {ListenError} from '../../service/http/listen-error.ts'
import type {HttpServer} from '../../service/http/node.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {ServedDialect} from '../../vendors/served.ts'

/** A dialect and where it has to listen. */
export interface DialectPort {
  dialect: ServedDialect
  /** 0 for any free one. */
  port: number
  /** A flag names the port, so it must be that one. */
  isNamed: boolean
}

export interface ListeningDialect {
  dialect: ServedDialect
  url: string
  server: HttpServer
}

interface ListenParts {
  service: TokenService
  now: () => number
  onRequest(entry: RequestLogEntry): void
  warn(text: string): Promise<void>
}

/** Names of this machine for itself. */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Listen for each dialect on a port of its own. One whose default port is in use is left out with a
 * warning. CONFIG, and nothing listens, if its clients look at that port only, for any other port that
 * cannot be used, and if no dialect is left.
 */
export async function listenForDialects(
  ports: readonly DialectPort[],
  parts: ListenParts,
): Promise<ListeningDialect[]> {
  const listening: ListeningDialect[] = []
  const leftOut: {dialect: ServedDialect; err: ListenError}[] = []
  try {
    // Last those that may be left out, so that none of them takes the port of another one.
    for (const each of [...ports].sort((a, b) => Number(mayBeLeftOut(a)) - Number(mayBeLeftOut(b)))) {
      const {dialect} = each
      try {
        listening.push(await listen(each, parts))
      } catch (err) {
        if (!(err instanceof ListenError)) throw err
        if (!mayBeLeftOut(each) || err.problem !== 'port in use') throw describeListenError(err, dialect)
        leftOut.push({dialect, err})
      }
    }
    const [first] = leftOut
    if (first && listening.length === 0) throw describeListenError(first.err, first.dialect)
    for (const {dialect, err} of leftOut) {
      const {title, portFlag} = dialect
      await parts.warn(`${title} is left out: ${describePort(err)}; give it another port with --${portFlag}`)
    }
  } catch (err) {
    await stopDialects(listening, 0)
    throw err
  }
  const order = ports.map(({dialect}) => dialect)
  return listening.sort((a, b) => order.indexOf(a.dialect) - order.indexOf(b.dialect))
}

/** Stop all of them; what is in progress may take this time. */
export async function stopDialects(listening: readonly ListeningDialect[], graceMs: number): Promise<void> {
  await Promise.all(listening.map(({server}) => server.stop(graceMs)))
}

function mayBeLeftOut({dialect, isNamed}: DialectPort): boolean {
  return !dialect.required && !isNamed
}

/** What it takes to serve is loaded here: no other command needs it. */
async function listen({dialect, port}: DialectPort, parts: ListenParts): Promise<ListeningDialect> {
  const {createHandlers} = await import('../../service/http/app.ts')
  const {listenOnLoopback} = await import('../../service/http/node.ts')
  const createDialect = await dialect.load()
  const handlers = createHandlers({
    dialect: createDialect(parts.service, parts.now),
    hosts: LOOPBACK_HOSTS,
    newRequestId: newUuid,
    log: parts.onRequest,
  })
  const server = await listenOnLoopback({...handlers, port})
  return {dialect, url: `http://localhost:${server.port}`, server}
}

function describeListenError(err: ListenError, {portFlag}: ServedDialect): AppError {
  const {host, port, code, cause} = err
  switch (err.problem) {
    case 'port in use':
      return new AppError('CONFIG', describePort(err), {
        cause,
        hint: `Give another one with --${portFlag}; who has it: lsof -i :${port}`,
      })
    case 'port not allowed':
      return new AppError('CONFIG', `Port ${port} may not be used by you`, {
        cause,
        hint: `Give one from 1024 on with --${portFlag}`,
      })
    case 'address absent':
      return new AppError('CONFIG', `This machine has no loopback address: ${host} cannot be used (${code})`, {
        cause,
        hint: 'See what there is with: ip address show lo',
      })
    case 'other':
      return new AppError('CONFIG', `Cannot listen on ${host}, port ${port} (${code})`, {
        cause,
        hint: `Give another port with --${portFlag}`,
      })
  }
}

function describePort({host, port}: ListenError): string {
  return `Port ${port} is in use on ${host}`
}
