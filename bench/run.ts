// npm run bench: what design.md, section 8, sets a budget for. Prints a table and writes bench/results.json; no timing fails it.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundle} from '../scripts/bundle.ts'
import {fillStore} from './fill-store.ts'
import {measure, type Scenario} from './measure.ts'
import {describeMachine, renderTable, summarize} from './report.ts'

const ROOT = join(import.meta.dirname, '..')
const RESULTS = join(import.meta.dirname, 'results.json')
const LISTED_TOKENS = 10_000

const folder = mkdtempSync(join(tmpdir(), 'tokenry-bench-'))
try {
  await bundle({root: ROOT, entries: ['bench/bare-oclif/start.ts', 'bench/bare-oclif/hello.ts'], outdir: folder})
  await fillStore(join(folder, 'many', 'data', 'tokenry.db'), LISTED_TOKENS)
  const samples = await measure(scenariosIn(folder), {folder, rounds: 25, memoryRounds: 5, timeMaxMs: 50_000})
  const results = {machine: describeMachine(), rows: summarize(samples)}
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  console.log(renderTable(results))
} finally {
  rmSync(folder, {recursive: true, force: true})
}

function scenariosIn(temporary: string): Scenario[] {
  const program = join(ROOT, 'bin', 'run.js')
  const tokenry = (words: string, home = 'one') => ({
    argv: [program, ...words.split(' ')],
    env: environment({TOKENRY_HOME: join(temporary, home)}),
  })
  const hello = [join(temporary, 'start.cjs'), '--name', 'ci']
  const create = 'deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30 --clean-output'
  return [
    {name: 'node', argv: ['-e', '0'], env: environment(), stdout: /^$/},
    {
      name: 'bare',
      argv: hello,
      env: environment({HOME: temporary, BENCH_CODE_CACHE: temporary}),
      stdout: /^hello ci\n$/,
    },
    {name: 'create', ...tokenry(create), stdout: /^[\w-]+\.[\w-]+\.[\w-]+\n$/},
    {name: 'version', ...tokenry('--version'), stdout: /^tokenry\//},
    {name: 'help', ...tokenry('--help'), stdout: /USAGE/},
    {name: 'list', ...tokenry('deployment token list --json', 'many'), stdout: /"ci-10000"/},
  ]
}

/** Nothing of the environment of whoever measures but what a process needs. */
function environment(variables: Record<string, string> = {}): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {...Object.fromEntries(kept), ...variables}
}
