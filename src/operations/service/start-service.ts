import {resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import {type NewFile, openNewFile} from '../../files/new-file.ts'
import {newUuid} from '../../lib/ids.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {RequestLogEntry} from '../../service/http/app.ts'
import type {HttpServer} from '../../service/http/node.ts'
import type {TokenService} from '../../service/token-service.ts'
import {localActor} from './open-embedded.ts'

export interface StartOptions {
  context?: string | undefined
  /** 0 for any that is free. */
  port: number
  /** Keep nothing: a service of its own in memory. */
  ephemeral: boolean
  /** Where to write how to reach the service once it listens. */
  readyFile?: string | undefined
  /** When to stop. */
  stopped: Promise<unknown>
  warn(text: string): Promise<void>
  onListening(started: StartedService): Promise<void>
  onRequest(entry: RequestLogEntry): void
}

export interface StartedService {
  url: string
  port: number
  addresses: string[]
  ephemeral: boolean
  /** Null where there are several: nothing says which. The same goes for the next two. */
  organizationId: string | null
  workspaceId: string | null
  deploymentId: string | null
  readyFile: string | null
}

/** How long requests that are under way may take when the service is stopped. */
export const STOP_GRACE_MS = 10_000

/** Names of this machine for itself. */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Serve the embedded service over HTTP on this machine until it is told to stop. CONFLICT when the ready file exists, CONFIG when the
 * port cannot be had or the store can only be read; nothing has been served by then. CONFIG also when the store is removed, replaced or
 * truncated while it is served; what was in progress is answered with 503 by then. PARTIAL when the ready file cannot be removed at the end.
 */
export async function startService(runtime: Runtime, options: StartOptions): Promise<void> {
  const ready = openReadyFile(runtime, options)
  try {
    await serve(runtime, ready, options)
  } catch (err) {
    const left = ready?.close()
    if (left) await options.warn(`${left.message}. ${left.hint}`)
    throw err
  }
  const left = ready?.close()
  if (left) throw new AppError('PARTIAL', `The service has ended, but ${left.message}`, {hint: left.hint})
}

/** Without a token in it, the file has no secret that could be undelivered. */
function openReadyFile({files}: Runtime, {readyFile, ephemeral}: StartOptions): NewFile | null {
  if (readyFile === undefined) return null
  return openNewFile(readyFile, {flag: '--ready-file', code: ephemeral ? 'UNDELIVERED' : 'CONFIG', files})
}

async function serve(runtime: Runtime, ready: NewFile | null, options: StartOptions): Promise<void> {
  const {service, close} = await openServed(runtime, options)
  try {
    const server = await listen(runtime, service, options)
    try {
      await announce(runtime, {service, server, ready}, options)
      await Promise.race([options.stopped, service.lost.then(rethrow)])
    } finally {
      // First: anyone who sees the file may still come.
      ready?.remove()
      await server.stop(STOP_GRACE_MS)
    }
  } finally {
    await close()
  }
}

function rethrow(err: AppError): never {
  throw err
}

interface Served {
  service: TokenService
  close(): Promise<void>
}

async function openServed(runtime: Runtime, {context, ephemeral}: StartOptions): Promise<Served> {
  await resolveEmbedded(runtime, context)
  if (ephemeral) {
    const {openEphemeralService} = await import('../../service/open.ts')
    const service = await openEphemeralService(runtime.now)
    return {service, close: () => service.close()}
  }
  const {service, readOnly, file} = await runtime.openService()
  if (readOnly) {
    throw new AppError('CONFIG', `${file} can only be read, and a service has to note what is used and changed`, {
      hint: 'Give yourself the right to write there, or try it without data: --ephemeral --ready-file FILE',
    })
  }
  // The runtime closes it.
  return {service, close: async () => {}}
}

/** What it takes to serve is loaded here: no other command needs it. */
async function listen(runtime: Runtime, service: TokenService, options: StartOptions): Promise<HttpServer> {
  const {createHandlers} = await import('../../service/http/app.ts')
  const {listenOnLoopback} = await import('../../service/http/node.ts')
  const {astroDialect} = await import('../../vendors/astro/server/dialect.ts')
  const handlers = createHandlers({
    dialect: astroDialect(service, runtime.now),
    hosts: LOOPBACK_HOSTS,
    newRequestId: newUuid,
    log: options.onRequest,
  })
  return listenOnLoopback({...handlers, port: options.port})
}

async function announce(
  runtime: Runtime,
  {service, server, ready}: {service: TokenService; server: HttpServer; ready: NewFile | null},
  {ephemeral, readyFile, warn, onListening}: StartOptions,
): Promise<void> {
  const url = `http://localhost:${server.port}`
  const ids = await readIds(service)
  if (ready) {
    const token = ephemeral ? {token: await mintOwner(runtime, service, ids.organizationId)} : {}
    const left = ready.publish(`${JSON.stringify({url, ...ids, ...token}, null, 2)}\n`)
    if (left) await warn(`${left.message}. ${left.hint}`)
  }
  const {port, addresses} = server
  await onListening({url, port, addresses, ephemeral, ...ids, readyFile: readyFile ?? null})
}

async function readIds({
  read,
}: TokenService): Promise<Pick<StartedService, 'organizationId' | 'workspaceId' | 'deploymentId'>> {
  const organization = only(await read.listOrganizations())
  const organizationId = organization?.organizationId ?? null
  if (organizationId === null) return {organizationId, workspaceId: null, deploymentId: null}
  return {
    organizationId,
    workspaceId: only(await read.listWorkspaces(organizationId))?.id ?? null,
    deploymentId: only(await read.listDeployments(organizationId))?.id ?? null,
  }
}

function only<Row>(rows: Row[]): Row | undefined {
  return rows.length === 1 ? rows[0] : undefined
}

/** With it a script can make everything else that it needs. */
async function mintOwner(runtime: Runtime, service: TokenService, organizationId: string | null): Promise<string> {
  if (organizationId === null) throw new Error('A new installation has one organization')
  const {embeddedAstroApi} = await import('../../vendors/astro/embedded/embedded-api.ts')
  const api = embeddedAstroApi(service, {kind: 'owner', actor: localActor(runtime)})
  const {token} = await api.createToken(organizationId, {
    name: 'owner',
    scope: 'ORGANIZATION',
    role: 'ORGANIZATION_OWNER',
  })
  return token
}
