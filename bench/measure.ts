import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, constants, existsSync, openSync} from 'node:fs'
import {Socket} from 'node:net'
import {join} from 'node:path'
import type {Readable} from 'node:stream'
import type {Served} from './serve.ts'

export interface Scenario {
  name: string
  /** The executable (default: this Node). */
  program?: string
  argv: string[]
  env: Record<string, string>
  /** The pattern that stdout must match. A program that fails is fast, so its output is checked. */
  stdout: RegExp
  /** Return what the server of this program has served since the last call. */
  readServed?: () => Served
}

export interface Samples {
  /**
   * Wall time of the whole process in milliseconds, from before it is spawned until its output
   * ends.
   */
  wallMs: number[]
  /** Peak of resident memory of the process, in MiB. Empty for another program than Node. */
  peakMib: number[]
  /** What the server of the program measured, for each wall time. Empty without a server. */
  served: Served[]
}

interface MeasureOptions {
  /** A folder for the temporary files of the measurement. */
  folder: string
  rounds: number
  memoryRounds: number
  /** If this time has passed, no further round begins. In milliseconds. */
  timeMaxMs: number
}

const PEAK_MEMORY = join(import.meta.dirname, 'peak-memory.cjs')

/**
 * Run every scenario once in each round, so that other load on the machine affects all of them
 * equally. Memory is measured in separate rounds, because reporting the peak takes time.
 */
export async function measure(scenarios: Scenario[], options: MeasureOptions): Promise<Map<string, Samples>> {
  const samples = new Map(scenarios.map(({name}): [string, Samples] => [name, {wallMs: [], peakMib: [], served: []}]))
  // The first runs fill the code caches and the page cache.
  for (const scenario of [...scenarios, ...scenarios]) await run(scenario, options)
  for (let round = 0; round < options.memoryRounds; round++) {
    for (const scenario of scenarios.filter(({program}) => program === undefined))
      samples.get(scenario.name)?.peakMib.push((await run(scenario, options, true)).peakMib)
  }
  const endMs = performance.now() + options.timeMaxMs
  for (let round = 0; round < options.rounds && performance.now() < endMs; round++) {
    for (const scenario of scenarios) {
      scenario.readServed?.()
      samples.get(scenario.name)?.wallMs.push((await run(scenario, options)).wallMs)
      if (scenario.readServed) samples.get(scenario.name)?.served.push(scenario.readServed())
    }
  }
  return samples
}

async function run(
  {name, program = process.execPath, argv, env, stdout}: Scenario,
  {folder}: MeasureOptions,
  reportPeak = false,
) {
  const words = reportPeak ? ['--require', PEAK_MEMORY, ...argv] : argv
  const pipe = openPipe(folder)
  const output = collect(new Socket({fd: pipe.read}))
  const startMs = performance.now()
  const child = spawn(program, words, {env, stdio: ['ignore', pipe.write, 'pipe', 'pipe']})
  closeSync(pipe.write)
  const [errors, peak] = [collect(child.stdio[2] as Readable), collect(child.stdio[3] as Readable)]
  await once(child, 'close')
  const text = await output
  const wallMs = performance.now() - startMs
  if (child.exitCode !== 0 || !stdout.test(text)) {
    throw new Error(`${name} exits with ${child.exitCode} and says: ${await errors}`)
  }
  return {wallMs, peakMib: Number(await peak) / 1024}
}

/** Open a pipe as a shell does for `$(…)`. Node would create a socket instead. */
function openPipe(folder: string): {read: number; write: number} {
  const path = join(folder, 'stdout')
  if (!existsSync(path)) execFileSync('mkfifo', [path])
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return {read, write: openSync(path, constants.O_WRONLY)}
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
