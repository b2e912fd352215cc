import {AppError} from '../../errors/app-error.ts'
import {newUuid} from '../../lib/ids.ts'
import type {RequestLog} from '../../service/http/app.ts'
import {ListenError} from '../../service/http/listen-error.ts'
import type {HttpServer} from '../../service/http/node.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {ServedDialect} from '../../vendors/served.ts'

/** A dialect and its port. */
export interface DialectPort {
  dialect: ServedDialect
  /** 0 for any free port. */
  port: number
  /** Whether a flag names the port. Then no other port is used. */
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
  onRequest: RequestLog
  warn(text: string): Promise<void>
}

/** The names by which this machine reaches itself. */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Listen for each dialect on its own port. If the default port of a dialect is in use, the dialect
 * is left out with a warning.
 *
 * @throws AppError CONFIG if a port is in use and its dialect is required or its port was named by
 * a flag, if a port cannot be used for another reason, or if no dialect is left. Then nothing
 * listens.
 */
export async function listenForDialects(
  ports: readonly DialectPort[],
  parts: ListenParts,
): Promise<ListeningDialect[]> {
  const listening: ListeningDialect[] = []
  const leftOut: {dialect: ServedDialect; err: ListenError}[] = []
  try {
    // Dialects that may be left out come last, so that none of them takes the port of another one.
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

/** Stop all dialects. Requests in progress may still take `graceMs` milliseconds. */
export async function stopDialects(listening: readonly ListeningDialect[], graceMs: number): Promise<void> {
  await Promise.all(listening.map(({server}) => server.stop(graceMs)))
}

function mayBeLeftOut({dialect, isNamed}: DialectPort): boolean {
  return !dialect.required && !isNamed
}

/** Listen for one dialect. The server code is loaded here, because no other command needs it. */
async function listen({dialect, port}: DialectPort, parts: ListenParts): Promise<ListeningDialect> {
  const {createHandlers} = await import('../../service/http/app.ts')
  const {listenOnLoopback} = await import('../../service/http/node.ts')
  const {serviceRoutes} = await import('../../service/http/service-routes.ts')
  const createDialect = await dialect.load()
  const handlers = createHandlers({
    dialect: createDialect(parts.service, parts.now),
    own: serviceRoutes(parts.service),
    hosts: LOOPBACK_HOSTS,
    newRequestId: newUuid,
    log: parts.onRequest,
  })
  const server = await listenOnLoopback({...handlers, port})
  return {dialect, url: `http://localhost:${server.port}${dialect.basePath ?? ''}`, server}
}

function describeListenError(err: ListenError, {portFlag}: ServedDialect): AppError {
  const {host, port, code, cause} = err
  switch (err.problem) {
    case 'port in use':
      return new AppError('CONFIG', describePort(err), {
        cause,
        hint: `Give another port with --${portFlag}. To see which program uses it: lsof -i :${port}`,
      })
    case 'port not allowed':
      return new AppError('CONFIG', `You have no permission to use port ${port}`, {
        cause,
        hint: `Give a port from 1024 on with --${portFlag}`,
      })
    case 'address absent':
      return new AppError('CONFIG', `This machine has no loopback address: ${host} cannot be used (${code})`, {
        cause,
        hint: 'See its addresses with: ip address show lo',
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
