import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, constants, existsSync, openSync} from 'node:fs'
import {Socket} from 'node:net'
import {join} from 'node:path'
import type {Readable} from 'node:stream'

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
  /** For what the measuring itself needs. */
  folder: string
  rounds: number
  memoryRounds: number
  /** No further round begins after this time, in milliseconds. */
  timeMaxMs: number
}

const PEAK_MEMORY = join(import.meta.dirname, 'peak-memory.cjs')

/**
 * Runs every scenario once a round, so that whatever else the machine does meets all of them. Memory is measured in rounds of its
 * own, because what reports it takes time.
 */
export async function measure(scenarios: Scenario[], options: MeasureOptions): Promise<Map<string, Samples>> {
  const samples = new Map(scenarios.map(({name}): [string, Samples] => [name, {wallMs: [], peakMib: []}]))
  // The first runs fill the code caches and the page cache.
  for (const scenario of [...scenarios, ...scenarios]) await run(scenario, options)
  for (let round = 0; round < options.memoryRounds; round++) {
    for (const scenario of scenarios)
      samples.get(scenario.name)?.peakMib.push((await run(scenario, options, true)).peakMib)
  }
  const endMs = performance.now() + options.timeMaxMs
  for (let round = 0; round < options.rounds && performance.now() < endMs; round++) {
    for (const scenario of scenarios) samples.get(scenario.name)?.wallMs.push((await run(scenario, options)).wallMs)
  }
  return samples
}

async function run({name, argv, env, stdout}: Scenario, {folder}: MeasureOptions, reportPeak = false) {
  const words = reportPeak ? ['--require', PEAK_MEMORY, ...argv] : argv
  const pipe = openPipe(folder)
  const output = collect(new Socket({fd: pipe.read}))
  const startMs = performance.now()
  const child = spawn(process.execPath, words, {env, stdio: ['ignore', pipe.write, 'pipe', 'pipe']})
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

/** A pipe as a shell makes it for `$(…)`; what Node would make is a socket. */
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
