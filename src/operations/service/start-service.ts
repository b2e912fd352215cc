import {resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import {type NewFile, openNewFile} from '../../files/new-file.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Actor} from '../../service/context.ts'
import type {RequestLogEntry} from '../../service/http/app.ts'
import type {TokenService} from '../../service/token-service.ts'
import {loadOpenOptions} from '../../vendors/load-rules.ts'
import {type DialectPort, type ListeningDialect, listenForDialects, stopDialects} from './listen-dialects.ts'
import {localActor} from './open-embedded.ts'

export interface StartOptions {
  context?: string | undefined
  /** Which APIs to serve, and where. */
  ports: readonly DialectPort[]
  /** Keep nothing: a service of its own in memory. */
  ephemeral: boolean
  /** Where to write how to reach the service once it listens. */
  readyFile?: string | undefined
  /** When to stop. */
  stopped: Promise<unknown>
  warn(text: string): Promise<void>
  onListening(started: StartedService, dialects: readonly ServedForPeople[]): Promise<void>
  onRequest(entry: RequestLogEntry): void
}

export interface StartedService {
  /** Of the first dialect. The same goes for the next two. */
  url: string
  port: number
  addresses: string[]
  ephemeral: boolean
  /** Null where there are several: nothing says which. The same goes for the next two. */
  organizationId: string | null
  workspaceId: string | null
  deploymentId: string | null
  readyFile: string | null
  /** By the name of a dialect. */
  dialects: Record<string, {url: string}>
}

/** What a person has to know of one dialect. */
export interface ServedForPeople {
  title: string
  url: string
  addresses: readonly string[]
  hints: readonly string[]
}

/** How long requests in progress may take when the service is stopped. */
export const STOP_GRACE_MS = 10_000

/**
 * Serve the embedded service over HTTP on this machine until it is told to stop. CONFLICT when the ready file exists, CONFIG when a
 * port cannot be used or the store can only be read; nothing has been served by then. CONFIG also when the store is removed, replaced or
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
    const {onRequest, warn} = options
    const listening = await listenForDialects(options.ports, {service, now: runtime.now, onRequest, warn})
    try {
      await announce(runtime, {service, listening, ready}, options)
      await Promise.race([options.stopped, service.lost.then(rethrow)])
    } finally {
      // First: anyone who sees the file may still come.
      ready?.remove()
      await stopDialects(listening, STOP_GRACE_MS)
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
    const service = await openEphemeralService(runtime.now, await loadOpenOptions(runtime.vendors))
    return {service, close: () => service.close()}
  }
  const {service, storage} = await runtime.openService()
  if (storage.readOnly) {
    throw new AppError(
      'CONFIG',
      `${storage.file} can only be read, and a service has to note what is used and changed`,
      {
        hint: 'Give yourself the right to write there, or try it without data: --ephemeral --ready-file FILE',
      },
    )
  }
  // The runtime closes it.
  return {service, close: async () => {}}
}

interface Announced {
  service: TokenService
  listening: readonly ListeningDialect[]
  ready: NewFile | null
}

async function announce(
  runtime: Runtime,
  {service, listening, ready}: Announced,
  options: StartOptions,
): Promise<void> {
  const [first] = listening
  if (!first) throw new Error('At least one dialect listens')
  const {ephemeral, readyFile = null, warn, onListening} = options
  const {url, server} = first
  const ids = await readIds(service)
  if (ready) {
    const {top, dialects} = await readyFields(listening, ephemeral ? {service, owner: localActor(runtime)} : null)
    const left = ready.publish(`${JSON.stringify({url, ...ids, ...top, dialects}, null, 2)}\n`)
    if (left) await warn(`${left.message}. ${left.hint}`)
  }
  const {port, addresses} = server
  const dialects = Object.fromEntries(listening.map((each) => [each.dialect.name, {url: each.url}]))
  const started = {url, port, addresses, ephemeral, ...ids, readyFile, dialects}
  const credentialFile = ephemeral ? readyFile : null
  await onListening(started, await Promise.all(listening.map((each) => toServedForPeople(each, credentialFile))))
}

async function toServedForPeople(
  {dialect, url, server}: ListeningDialect,
  credentialFile: string | null,
): Promise<ServedForPeople> {
  const {port, addresses} = server
  return {title: dialect.title, url, addresses, hints: await dialect.hintLines({url, port, credentialFile})}
}

/** Return what the ready file has of the dialects; with a first credential of each where one is minted. */
async function readyFields(
  listening: readonly ListeningDialect[],
  minting: {service: TokenService; owner: Actor} | null,
): Promise<{top: Record<string, string>; dialects: Record<string, Record<string, string>>}> {
  const top: Record<string, string> = {}
  const dialects: Record<string, Record<string, string>> = {}
  for (const {dialect, url} of listening) {
    const credential = minting ? await dialect.firstCredential(minting.service, minting.owner) : {}
    Object.assign(top, credential.top)
    dialects[dialect.name] = {url, ...credential.own}
  }
  return {top, dialects}
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
