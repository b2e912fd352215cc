import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {openEmbeddedService} from '../src/service/open.ts'
import type {TokenService} from '../src/service/token-service.ts'
import {embeddedAstroApi} from '../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../src/vendors/astro/embedded/policy.ts'
import {addEndedSecrets, FIRST_DEPLOYMENT_ID, fillStore} from '../test/support/fill-store.ts'
import {median} from './report.ts'

interface Size {
  name: string
  tokens: number
  /** Each workspace has one deployment. The tokens are distributed over the deployments. */
  workspaces: number
  /** How many ended secrets the token has that is rotated, read and shown in the list. */
  rotations?: number
}

const SMALL: Size = {name: 'small', tokens: 10, workspaces: 1}
const SIZES: Size[] = [
  {name: '1 000 tokens', tokens: 1000, workspaces: 1},
  {name: '100 000 tokens', tokens: 100_000, workspaces: 100},
  {name: '10 000 workspaces', tokens: 10, workspaces: 10_000},
  {name: '5 000 rotations', tokens: 10, workspaces: 1, rotations: 5000},
]

const ROUNDS = 21
/** If this time has passed, no further round begins. In milliseconds. */
const TIME_MAX_MS = 60_000

export interface ScaleRow {
  /** Description of the content of the store. */
  store: string
  /** Time of each call in the small store, in milliseconds. */
  smallMs: Record<string, number>
  /** Median time of each call divided by its median in the small store. */
  ratios: Record<string, number>
}

type Calls = Record<string, () => Promise<unknown>>

/**
 * Measure each call in a small store and in large ones, in this process and on the disk. Every
 * store is created in `folder`.
 */
export async function measureScale(folder: string): Promise<ScaleRow[]> {
  const stores = []
  for (const size of [SMALL, ...SIZES])
    stores.push({size, ...(await openStore(join(folder, `store-${stores.length}`), size))})
  const samples = stores.map(() => new Map<string, number[]>())
  const endMs = performance.now() + TIME_MAX_MS
  for (let round = 0; round < ROUNDS && performance.now() < endMs; round++) {
    for (const [index, {calls}] of stores.entries()) {
      for (const [name, call] of Object.entries(calls)) {
        const startMs = performance.now()
        await call()
        const known = samples[index]?.get(name) ?? []
        samples[index]?.set(name, [...known, performance.now() - startMs])
      }
    }
  }
  for (const {service} of stores) await service.close()
  const medians = samples.map((each) => Object.fromEntries([...each].map(([name, ms]) => [name, median(ms)])))
  const smallMs = mapValues(medians[0] ?? {}, (ms) => ms)
  return SIZES.map(({name: store}, index) => ({
    store,
    smallMs,
    ratios: mapValues(medians[index + 1] ?? {}, (ms, name) => ms / (smallMs[name] ?? Number.NaN)),
  }))
}

async function openStore(folder: string, size: Size): Promise<{service: TokenService; calls: Calls}> {
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const {service, storage} = await openEmbeddedService(join(folder, 'data'), Date.now, ASTRO_POLICY)
  const [organization] = await service.read.listOrganizations()
  const organizationId = organization?.organizationId ?? ''
  const [key] = await service.read.listSigningKeys()
  const keyId = key?.id ?? ''
  const api = () => embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'bench'}})
  const body = {name: 'ci', scope: 'DEPLOYMENT', entityId: FIRST_DEPLOYMENT_ID, role: 'DEPLOYMENT_ADMIN'} as const

  const db = new DatabaseSync(storage.file)
  const run = (sql: string, params: (string | number | null)[]) => db.prepare(sql).run(...params)
  const nowMs = Date.now() - 86_400_000
  db.exec('BEGIN')
  await fillStore(run, size, {organizationId, keyId, nowMs})
  db.exec('COMMIT')
  const {id} = await api().createToken(organizationId, body)
  await addEndedSecrets(run, size.rotations ?? 0, {organizationId, tokenId: id, keyId, nowMs})
  db.close()

  const page = {limit: 20, sorts: [{field: 'createdAt', descending: true}]} as const
  const query = {...page, sorts: [...page.sorts]}
  return {
    service,
    calls: {
      create: () => api().createToken(organizationId, body),
      rotate: () => api().rotateToken(organizationId, id),
      get: () => api().getToken(organizationId, id),
      'page of a deployment': () => api().listTokens(organizationId, {...query, deploymentId: FIRST_DEPLOYMENT_ID}),
      'page of all': () => api().listTokens(organizationId, query),
      'page of workspaces': () => api().listWorkspaces(organizationId, {limit: 20}),
    },
  }
}

function mapValues(values: Record<string, number>, map: (value: number, name: string) => number) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Math.round(map(value, name) * 100) / 100]),
  )
}
