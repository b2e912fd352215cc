// npm run bench:load: measures the service under load and with large stores. Prints a table and
// writes bench/load/results.json. Stops by itself, and a slow result does not make it fail.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {availableParallelism, tmpdir} from 'node:os'
import {join} from 'node:path'
import {describeMachine} from '../report.ts'
import {measureLoad} from './measure-load.ts'
import {measureSituations} from './measure-situations.ts'
import {renderLoad, renderSummary} from './report-load.ts'
import {RATIO_SCENARIOS, summarizeLoad} from './summarize-load.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PROGRAM = join(ROOT, 'bin', 'run.js')
const TIME_MAX_MS = 600_000
const DELETED_TOKENS_MAX = 110_000

/** For example `npm run bench:load -- 1000,100000 1`: sizes, and seconds of each scenario. */
const [sizesText = '1000,100000,1000000', seconds = '2'] = process.argv.slice(2)
const sizes = sizesText.split(',').map(Number)
sizes.sort((a, b) => a - b)
if (![...sizes, Number(seconds)].every((number) => number > 0)) {
  throw new Error('Usage: npm run bench:load -- [SIZE,SIZE…] [SECONDS]')
}

const startMs = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'tokenry-load-'))
try {
  const deletedTokens = Math.min(DELETED_TOKENS_MAX, sizes.at(-1) ?? 0)
  const situations = await measureSituations({program: PROGRAM, folder, deletedTokens})
  const rows = await measureLoad({
    program: PROGRAM,
    folder,
    sizes,
    rounds: 1,
    seconds: Number(seconds),
    timeMaxMs: TIME_MAX_MS - (performance.now() - startMs),
  })
  const [smallest = 0] = sizes
  const processes = Math.max(2, availableParallelism())
  rows.push(
    ...(await measureLoad({
      program: PROGRAM,
      folder,
      sizes: [smallest],
      connections: [32],
      only: RATIO_SCENARIOS,
      processes,
      rounds: 1,
      seconds: Number(seconds),
      timeMaxMs: TIME_MAX_MS - (performance.now() - startMs),
    })),
  )
  const summary = summarizeLoad({sizes, rows, situations})
  const results = {machine: describeMachine(), sizes: sizes.join(', '), summary, situations, rows}
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
  console.log(`${renderLoad(rows)}\n\n${renderSummary(summary, sizes)}`)
} finally {
  rmSync(folder, {recursive: true, force: true})
}
