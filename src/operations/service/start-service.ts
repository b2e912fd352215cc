import {resolve} from 'node:path'
import {resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import {type NewFile, openNewFile} from '../../files/new-file.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Actor} from '../../service/context.ts'
import type {RequestLog} from '../../service/http/app.ts'
import type {TokenService} from '../../service/token-service.ts'
import {loadOpenOptions} from '../../vendors/load-rules.ts'
import {type DialectPort, type ListeningDialect, listenForDialects, stopDialects} from './listen-dialects.ts'
import {localActor} from './open-embedded.ts'

export interface StartOptions {
  context?: string | undefined
  /** The APIs to serve, with their ports. */
  ports: readonly DialectPort[]
  /** Serve a new service that keeps its data only in memory. */
  ephemeral: boolean
  /** The file for the addresses of the service. It is written when the service listens. */
  readyFile?: string | undefined
  /** Resolves when the service has to stop. */
  stopped: Promise<unknown>
  warn(text: string): Promise<void>
  onListening(started: StartedService, dialects: readonly ServedForPeople[]): Promise<void>
  onRequest: RequestLog
}

export interface StartedService {
  /** The URL of the first dialect. The port and the addresses are of the same dialect. */
  url: string
  port: number
  addresses: string[]
  ephemeral: boolean
  /** Null if there are several organizations or none. The same is true for the next two ids. */
  organizationId: string | null
  workspaceId: string | null
  deploymentId: string | null
  readyFile: string | null
  /** By the name of a dialect. */
  dialects: Record<string, {url: string}>
}

/** What a person needs in order to use one dialect. */
export interface ServedForPeople {
  title: string
  url: string
  addresses: readonly string[]
  hints: readonly string[]
}

/** How long requests in progress may still take after the stop, in milliseconds. */
export const STOP_GRACE_MS = 4_000

/**
 * Serve the embedded service over HTTP on this machine until `stopped` resolves.
 *
 * @throws AppError before anything is served: CONFLICT if the ready file exists, CONFIG if a port
 * cannot be used or the store is read-only. While it serves: CONFIG if the store is removed,
 * replaced or truncated; requests in progress have been answered with 503 by then. At the end:
 * PARTIAL if the ready file cannot be removed.
 */
export function startService(runtime: Runtime, options: StartOptions): Promise<void> {
  return withReadyFile(runtime, options, (ready) => serve(runtime, ready, options))
}

/**
 * Open the ready file, if there is one, and run `work`, which writes and removes it. PARTIAL if it
 * cannot be removed at the end.
 */
export async function withReadyFile(
  runtime: Runtime,
  options: StartOptions,
  work: (ready: NewFile | null) => Promise<void>,
): Promise<void> {
  const ready = openReadyFile(runtime, options)
  try {
    await work(ready)
  } catch (err) {
    const left = ready?.close()
    if (left) await options.warn(`${left.message}. ${left.hint}`)
    throw err
  }
  const left = ready?.close()
  if (left) throw new AppError('PARTIAL', `The service has ended, but ${left.message}`, {hint: left.hint})
}

/**
 * Open the ready file. Only the file of an ephemeral service holds a secret that can be
 * UNDELIVERED.
 */
function openReadyFile({files}: Runtime, {readyFile, ephemeral}: StartOptions): NewFile | null {
  if (readyFile === undefined) return null
  return openNewFile(readyFile, {flag: '--ready-file', code: ephemeral ? 'UNDELIVERED' : 'CONFIG', files})
}

async function serve(runtime: Runtime, ready: NewFile | null, options: StartOptions): Promise<void> {
  await resolveEmbedded(runtime, options.context)
  if (options.ephemeral) await serveFromMemory(runtime, ready, options)
  else await serveFromStore(runtime, ready, options)
}

async function serveFromMemory(runtime: Runtime, ready: NewFile | null, options: StartOptions): Promise<void> {
  const {openEphemeralService} = await import('../../service/open.ts')
  const service = await openEphemeralService(runtime.now, await loadOpenOptions(runtime.vendors))
  try {
    await listenUntilEnd(runtime, {service, ready}, options)
  } finally {
    await service.close()
  }
}

/** Serve the store of this machine. CONFIG if it is read-only. The runtime closes the service. */
async function serveFromStore(runtime: Runtime, ready: NewFile | null, options: StartOptions): Promise<void> {
  const {service, storage} = await runtime.openService()
  if (storage.readOnly) throw readOnlyStore(storage.file)
  await listenUntilEnd(runtime, {service: service.keepReads(), ready}, options)
}

interface Served {
  service: TokenService
  ready: NewFile | null
}

/** Listen for every dialect, announce that, wait for the end, and stop listening. */
async function listenUntilEnd(runtime: Runtime, {service, ready}: Served, options: StartOptions): Promise<void> {
  const {ports, onRequest, warn, stopped} = options
  const listening = await listenForDialects(ports, {service, now: runtime.now, onRequest, warn})
  try {
    await announce(runtime, {service, listening, ready}, options)
    await Promise.race([stopped, throwWhenLost(service)])
  } finally {
    // Remove the file first: as long as it exists, new clients may still connect.
    ready?.remove()
    await stopDialects(listening, STOP_GRACE_MS)
  }
}

/** Wait until the store is lost, then throw the reason. */
async function throwWhenLost(service: TokenService): Promise<never> {
  throw await service.lost
}

function readOnlyStore(file: string): AppError {
  return new AppError('CONFIG', `${file} is read-only, and a service has to write changes and uses of tokens`, {
    hint: 'Get write access to the file and its folder, or start without stored data: --ephemeral --ready-file FILE',
  })
}

interface Announced extends Served {
  listening: readonly ListeningDialect[]
}

/** Write the ready file, if there is one, and call `onListening`. */
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
  // Absolute, because a person pastes the line into a shell that may be in another folder.
  const credentialFile = ephemeral && readyFile !== null ? resolve(readyFile) : null
  await onListening(started, await Promise.all(listening.map((each) => toServedForPeople(each, credentialFile))))
}

async function toServedForPeople(
  {dialect, url, server}: ListeningDialect,
  credentialFile: string | null,
): Promise<ServedForPeople> {
  const {port, addresses} = server
  return {title: dialect.title, url, addresses, hints: await dialect.hintLines({url, port, credentialFile})}
}

/**
 * Return what the dialects add to the ready file: their own fields, by name, and fields at its top.
 * If `minting` is set, they include a first credential for each dialect.
 */
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

/**
 * Return the ids of the organization, workspace and deployment; null where there are several or
 * none.
 */
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
