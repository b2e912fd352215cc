import {spawnSync} from 'node:child_process'
import {join} from 'node:path'

export interface Scenario {
  name: string
  /** Of `node`. */
  argv: string[]
  env: Record<string, string>
  /** What stdout has to look like: a program that fails is quick. */
  stdout: RegExp
}

export interface Samples {
  /** Wall time of the whole process, from before it is spawned until its output has ended, in milliseconds. */
  wallMs: number[]
  /** Peak of its resident memory, in MiB. */
  peakMib: number[]
}

interface MeasureOptions {
  rounds: number
  memoryRounds: number
  /** No further round begins after this time, in milliseconds. */
  timeMaxMs: number
}

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const PEAK_MEMORY = join(import.meta.dirname, 'peak-memory.cjs')

/**
 * Runs every scenario once a round, so that whatever else the machine does meets all of them. Memory is measured in rounds of its
 * own, because what reports it takes time.
 */
export function measure(scenarios: Scenario[], options: MeasureOptions): Map<string, Samples> {
  const samples = new Map(scenarios.map(({name}): [string, Samples] => [name, {wallMs: [], peakMib: []}]))
  // The first runs fill the compile cache and the page cache.
  for (const scenario of [...scenarios, ...scenarios]) run(scenario)
  for (let round = 0; round < options.memoryRounds; round++) {
    for (const scenario of scenarios) samples.get(scenario.name)?.peakMib.push(run(scenario, true).peakMib)
  }
  const endMs = performance.now() + options.timeMaxMs
  for (let round = 0; round < options.rounds && performance.now() < endMs; round++) {
    for (const scenario of scenarios) samples.get(scenario.name)?.wallMs.push(run(scenario).wallMs)
  }
  return samples
}

function run({name, argv, env, stdout}: Scenario, reportPeak = false) {
  const words = reportPeak ? ['--require', PEAK_MEMORY, ...argv] : argv
  const startMs = performance.now()
  const child = spawnSync(process.execPath, words, {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    maxBuffer: OUTPUT_BYTES_MAX,
  })
  const wallMs = performance.now() - startMs
  if (child.status !== 0 || !stdout.test(child.stdout.toString())) {
    throw new Error(`${name} exits with ${child.status} and says: ${child.stderr}`, {cause: child.error})
  }
  return {wallMs, peakMib: Number(child.output[3]) / 1024}
}
