// npm run bench: measures what design.md, section 8, sets a budget for. Prints a table and writes
// bench/results.json. A slow result does not make it fail.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundle} from '../scripts/bundle.ts'
import {openWatched, watchChanges} from '../test/support/statements.ts'
import {removeTempFolders} from '../test/support/temp-folder.ts'
import {fillStore} from './fill-store.ts'
import {measure, type Scenario} from './measure.ts'
import {describeMachine, renderResults, summarize} from './report.ts'
import {measureScale} from './scale.ts'

const ROOT = join(import.meta.dirname, '..')
const RESULTS = join(import.meta.dirname, 'results.json')
const LISTED_TOKENS = 10_000

const folder = mkdtempSync(join(tmpdir(), 'tokenry-bench-'))
try {
  const entries = ['bare-oclif.ts', 'bare-oclif-kept.ts', 'hello.ts', 'plain-list.ts']
  await bundle({root: ROOT, entries: entries.map((file) => `bench/baselines/${file}`), outdir: folder})
  await fillStore(storeOf(folder), LISTED_TOKENS)
  const samples = await measure(scenariosIn(folder), {folder, rounds: 25, memoryRounds: 5, timeMaxMs: 50_000})
  const results = {
    machine: describeMachine(),
    rows: summarize(samples),
    statements: await countStatements(folder),
    scale: await measureScale(folder),
  }
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  console.log(renderResults(results))
} finally {
  rmSync(folder, {recursive: true, force: true})
  removeTempFolders()
}

async function countStatements(temporary: string): Promise<Record<string, number>> {
  const target = await openWatched({tokens: 2000, workspaces: 200})
  const sent = Object.entries(await watchChanges(target, join(temporary, 'statements')))
  await target.service.close()
  return Object.fromEntries(
    sent.filter(([what]) => /^(create|rotate)/.test(what)).map(([what, statements]) => [what, statements.length]),
  )
}

function scenariosIn(temporary: string): Scenario[] {
  const program = join(ROOT, 'bin', 'run.js')
  const tokenry = (words: string, home = 'one') => ({
    argv: [program, ...words.split(' ')],
    env: environment({TOKENRY_HOME: join(temporary, home)}),
  })
  const hello = (start: string) => ({
    argv: [join(temporary, start), '--name', 'ci'],
    env: environment({HOME: temporary, BENCH_CACHE: join(temporary, 'cache')}),
    stdout: /^hello ci\n$/,
  })
  mkdirSync(join(temporary, 'cache'))
  const create = 'deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30 --clean-output'
  return [
    {name: 'node', argv: ['-e', '0'], env: environment(), stdout: /^$/},
    {name: 'bare', ...hello('bare-oclif.cjs')},
    {name: 'bare, kept', ...hello('bare-oclif-kept.cjs')},
    {name: 'create', ...tokenry(create), stdout: /^[\w-]+\.[\w-]+\.[\w-]+\n$/},
    {name: 'version', ...tokenry('--version'), stdout: /^tokenry\//},
    {name: 'help', ...tokenry('--help'), stdout: /USAGE/},
    {
      name: 'plain list',
      argv: [join(temporary, 'plain-list.cjs')],
      env: environment({BENCH_STORE: storeOf(temporary)}),
      stdout: /"ci-10000"/,
    },
    {name: 'list', ...tokenry('deployment token list --json', 'many'), stdout: /"ci-10000"/},
  ]
}

function storeOf(temporary: string): string {
  return join(temporary, 'many', 'data', 'tokenry.db')
}

/** Return the variables that a process needs, and no other variable of the user's environment. */
function environment(variables: Record<string, string> = {}): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {...Object.fromEntries(kept), ...variables}
}
