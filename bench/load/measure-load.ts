import {join} from 'node:path'
import {median} from '../report.ts'
import {type Attack, attack} from './attack.ts'
import {type LoadScenario, loadScenarios} from './load-scenarios.ts'
import {type LoadServer, type LoopReport, startAstroServer, startServer} from './load-server.ts'
import {prepareStore} from './prepare-store.ts'

export interface LoadOptions {
  /** Path of the built program. */
  program: string
  /** Each store is created in this folder. */
  folder: string
  /** The numbers of tokens, the smallest first. */
  sizes: number[]
  /** Measure only with these numbers of connections (default: those of each scenario). */
  connections?: number[]
  /** The names of the scenarios (default: all). */
  only?: string[]
  /** How many processes the service has (default: 1). */
  processes?: number
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
  processes: number
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
  {program, folder, sizes, connections: wanted, only, processes = 1, ...options}: LoadOptions,
  {bare, tokens, endMs}: {bare: LoadServer; tokens: number; endMs: number},
): Promise<LoadRow[]> {
  const home = join(folder, `load-${tokens}-${processes}`)
  const target = await prepareStore(home, {tokens})
  const {served, url} = await startAstroServer(program, home, processes)
  const rows: LoadRow[] = []
  try {
    for (const scenario of loadScenarios(target).filter(({name}) => only?.includes(name) ?? true)) {
      const counts = tokens === sizes[0] ? scenario.connections : scenario.largeConnections
      for (const connections of counts.filter((count) => wanted?.includes(count) ?? true)) {
        if (performance.now() >= endMs) return rows
        const servers = scenario.isBare ? {served: bare, url: toUrl(bare)} : {served, url}
        rows.push(await measureScenario({...options, bare, ...servers, processes}, {scenario, tokens, connections}))
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
  processes: number
}

async function measureScenario(
  {rounds, seconds, bare, served, url, processes}: Servers,
  {scenario, tokens, connections}: {scenario: LoadScenario; tokens: number; connections: number},
): Promise<LoadRow> {
  const {name: what, requests, split = false, roundsMin = 0, meanwhile, before, wanted} = scenario
  const bareUrl = toUrl(bare)
  const samples: (Attack & LoopReport & {ratio: number; cpuRatio: number})[] = []
  const {rssMib: rssBeforeMib} = await served.report()
  for (let round = 0; round < Math.max(rounds, roundsMin); round++) {
    await bare.report()
    const base = await attack({url: bareUrl, connections, duration: seconds, requests: [{method: 'GET', path: '/'}]})
    const baseCpuMs = (await bare.report()).cpuMs
    await served.report()
    const crowd = meanwhile && attack({url, duration: seconds, ...meanwhile})
    const result = await attack({url, connections, duration: seconds, requests, split})
    await crowd
    const loop = await served.report()
    const ratio = result.perSecond / base.perSecond
    const cpuRatio = baseCpuMs / base.requests / (loop.cpuMs / result.requests)
    samples.push({...result, ...loop, ratio, cpuRatio})
  }
  const middle = (read: (sample: (typeof samples)[number]) => number) =>
    Math.round(median(samples.map(read)) * 1000) / 1000
  return {
    ...{tokens, connections, processes, what, before, wanted},
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

function toUrl({printed}: LoadServer): string {
  return `http://127.0.0.1:${printed['port']}`
}
