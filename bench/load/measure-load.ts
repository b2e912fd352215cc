import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {openEmbeddedService} from '../../src/service/open.ts'
import {embeddedAstroApi} from '../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {fillStore} from '../../test/support/fill-store.ts'
import {median} from '../report.ts'
import {type Attack, attack} from './attack.ts'
import {type LoadScenario, type LoadTarget, loadScenarios} from './load-scenarios.ts'
import {type LoadServer, type LoopReport, startServer} from './load-server.ts'

export interface LoadOptions {
  /** Path of the built program. */
  program: string
  /** Each store is created in this folder. */
  folder: string
  /** The numbers of tokens. */
  sizes: number[]
  connections: number[]
  /** The names of the scenarios (default: all). */
  only?: string[]
  /** Each of the rounds measures the bare route, then the scenario. */
  rounds: number
  /** Seconds of one measurement. */
  seconds: number
  /** If this time has passed, no further measurement begins. In milliseconds. */
  timeMaxMs: number
}

export interface LoadRow {
  tokens: number
  connections: number
  what: string
  before: string
  wanted: string
  perSecond: number
  /** Requests per second divided by those of the bare route, which was measured just before. */
  ratio: number
  /**
   * The same for the CPU time of the two servers for each request, which other load affects least.
   */
  cpuRatio: number
  p50Ms: number
  p99Ms: number
  loopP99Ms: number
  loopMaxMs: number
  rssBeforeMib: number
  rssAfterMib: number
  /** Requests that failed or had another status than 2xx. */
  failed: number
}

const BARE = join(import.meta.dirname, 'bare-route.ts')
const ROTATED_TOKENS = 300
/** Connections of the requests that are sent meanwhile. */
const CROWD = 256

/** Measure every scenario on stores of each size. Stops by itself after `timeMaxMs`. */
export async function measureLoad(options: LoadOptions): Promise<LoadRow[]> {
  const endMs = performance.now() + options.timeMaxMs
  const rows: LoadRow[] = []
  const bare = await startServer([BARE])
  try {
    for (const tokens of options.sizes) {
      if (performance.now() >= endMs) break
      rows.push(...(await measureSize(options, {bare, tokens, endMs})))
    }
  } finally {
    await bare.stop()
  }
  return rows
}

async function measureSize(
  {program, folder, connections, only, ...options}: LoadOptions,
  {bare, tokens, endMs}: {bare: LoadServer; tokens: number; endMs: number},
): Promise<LoadRow[]> {
  const home = join(folder, `load-${tokens}`)
  const target = await prepareStore(home, tokens)
  const served = await startServer([program, ...'service start --dialect astro --port 0 --json'.split(' ')], {
    TOKENRY_HOME: home,
  })
  const rows: LoadRow[] = []
  try {
    const {url} = served.printed['result'] as {url: string}
    const scenarios = loadScenarios(target).filter(({name}) => only?.includes(name) ?? true)
    for (const count of connections) {
      for (const scenario of scenarios) {
        if (performance.now() >= endMs) return rows
        rows.push(await measureScenario({...options, bare, served, url}, {scenario, tokens, connections: count}))
      }
    }
  } finally {
    await served.stop()
  }
  return rows
}

interface Servers {
  rounds: number
  seconds: number
  bare: LoadServer
  served: LoadServer
  url: string
}

async function measureScenario(
  {rounds, seconds, bare, served, url}: Servers,
  {scenario, tokens, connections}: {scenario: LoadScenario; tokens: number; connections: number},
): Promise<LoadRow> {
  const {name: what, requests, meanwhile, before, wanted} = scenario
  const bareUrl = `http://127.0.0.1:${bare.printed['port']}`
  const samples: (Attack & LoopReport & {ratio: number; cpuRatio: number})[] = []
  const {rssMib: rssBeforeMib} = await served.report()
  for (let round = 0; round < rounds; round++) {
    await bare.report()
    const base = await attack({url: bareUrl, connections, duration: seconds, requests: [{method: 'GET', path: '/'}]})
    const baseCpuMs = (await bare.report()).cpuMs
    await served.report()
    const crowd = meanwhile && attack({url, connections: CROWD, duration: seconds, requests: meanwhile})
    const result = await attack({url, connections, duration: seconds, requests})
    await crowd
    const loop = await served.report()
    const ratio = result.perSecond / base.perSecond
    const cpuRatio = baseCpuMs / base.requests / (loop.cpuMs / result.requests)
    samples.push({...result, ...loop, ratio, cpuRatio})
  }
  const middle = (read: (sample: (typeof samples)[number]) => number) =>
    Math.round(median(samples.map(read)) * 1000) / 1000
  return {
    ...{tokens, connections, what, before, wanted},
    perSecond: Math.round(middle((each) => each.perSecond)),
    ratio: middle((each) => each.ratio),
    cpuRatio: middle((each) => each.cpuRatio),
    p50Ms: middle((each) => each.p50Ms),
    p99Ms: middle((each) => each.p99Ms),
    loopP99Ms: middle((each) => each.loopP99Ms),
    loopMaxMs: Math.round(Math.max(...samples.map((each) => each.loopMaxMs))),
    rssBeforeMib: Math.round(rssBeforeMib),
    rssAfterMib: Math.round(samples.at(-1)?.rssMib ?? 0),
    failed: samples.reduce((sum, {failed}) => sum + failed, 0),
  }
}

/** Create a store with this many tokens, and the tokens that the scenarios use. */
export async function prepareStore(home: string, tokens: number): Promise<LoadTarget> {
  mkdirSync(home, {recursive: true, mode: 0o700})
  const {service, storage} = await openEmbeddedService(join(home, 'data'), Date.now, ASTRO_POLICY)
  const [organization] = await service.read.listOrganizations()
  const organizationId = organization?.organizationId ?? ''
  const [deployment] = await service.read.listDeployments(organizationId)
  const deploymentId = deployment?.id ?? ''
  const [key] = await service.read.listSigningKeys()
  const db = new DatabaseSync(storage.file)
  db.exec('BEGIN')
  const place = {organizationId, keyId: key?.id ?? '', nowMs: Date.now() - 86_400_000}
  await fillStore((sql, params) => db.prepare(sql).run(...params), {tokens, workspaces: 100}, place)
  db.exec('COMMIT')
  db.close()
  const api = embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'bench'}})
  const owner = {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'} as const
  const {token: ownerToken} = await api.createToken(organizationId, owner)
  const body = {name: 'rotated', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
  const made = await Promise.all(Array.from({length: ROTATED_TOKENS}, () => api.createToken(organizationId, body)))
  await service.close()
  return {organizationId, deploymentId, ownerToken, tokenIds: made.map(({id}) => id), tokens}
}
