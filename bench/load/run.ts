// npm run bench:load: measures the service under load and with large stores. Prints a table and
// writes bench/load/results.json. Stops by itself, and a slow result does not make it fail.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describeMachine} from '../report.ts'
import {measureLoad} from './measure-load.ts'
import {renderLoad} from './report-load.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const TIME_MAX_MS = 600_000

/** For example `npm run bench:load -- 1000,100000`. */
const [sizes = '1000,100000,1000000'] = process.argv.slice(2)

const folder = mkdtempSync(join(tmpdir(), 'tokenry-load-'))
try {
  const rows = await measureLoad({
    program: join(ROOT, 'bin', 'run.js'),
    folder,
    sizes: sizes.split(',').map(Number),
    connections: [1, 32, 256],
    rounds: 1,
    seconds: 2,
    timeMaxMs: TIME_MAX_MS,
  })
  const results = {machine: describeMachine(), rows}
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
  console.log(renderLoad(rows))
} finally {
  rmSync(folder, {recursive: true, force: true})
}
