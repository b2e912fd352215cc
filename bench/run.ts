// npm run bench: measures what design.md, section 8, sets a budget for. Prints a table and writes
// bench/results.json. A slow result does not make it fail.
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundle} from '../scripts/bundle.ts'
import {openWatched, watchChanges} from '../test/support/statements.ts'
import {removeTempFolders} from '../test/support/temp-folder.ts'
import {environment} from './environment.ts'
import {fillStore} from './fill-store.ts'
import {httpScenarios} from './http-scenarios.ts'
import {measureLoad} from './load/measure-load.ts'
import {renderLoad} from './load/report-load.ts'
import {measure, type Samples, type Scenario} from './measure.ts'
import {measureParser} from './parse-sql.ts'
import {describeMachine, renderResults, summarize, summarizeServed} from './report.ts'
import {measureScale} from './scale.ts'
import {serve} from './serve.ts'

const ROOT = join(import.meta.dirname, '..')
const RESULTS = join(import.meta.dirname, 'results.json')
const PROGRAM = join(ROOT, 'bin', 'run.js')
const LISTED_TOKENS = 10_000

const folder = mkdtempSync(join(tmpdir(), 'tokenry-bench-'))
try {
  const entries = ['bare-oclif.ts', 'bare-oclif-kept.ts', 'hello.ts', 'plain-create.ts', 'plain-list.ts']
  await bundle({root: ROOT, entries: entries.map((file) => `bench/baselines/${file}`), outdir: folder})
  await fillStore(storeOf(folder), LISTED_TOKENS)
  const samples = await measureStarts(folder)
  // The few rows of npm run bench:load that have a budget.
  const load = await measureLoad({
    program: PROGRAM,
    folder,
    sizes: [1000],
    connections: [32],
    only: ['create', 'rotate', 'GET organizations', 'POST /verify'],
    rounds: 3,
    seconds: 1,
    timeMaxMs: 60_000,
  })
  const results = {
    load,
    machine: describeMachine(),
    rows: summarize(samples),
    served: summarizeServed(samples),
    statements: await countStatements(folder),
    scale: await measureScale(folder),
    parse: measureParser(),
  }
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  console.log(`${renderResults(results)}\n\n${renderLoad(load)}`)
} finally {
  rmSync(folder, {recursive: true, force: true})
  removeTempFolders()
}

/** Two servers: the tokens that are created must not lengthen the list that is read. */
async function measureStarts(temporary: string): Promise<Map<string, Samples>> {
  cpSync(join(temporary, 'many'), join(temporary, 'served', 'many'), {recursive: true})
  const serveHome = (name: string) =>
    serve({program: PROGRAM, home: join(temporary, 'served', name), env: environment()})
  const [creating, listing] = await Promise.all([serveHome('one'), serveHome('many')])
  try {
    const overHttp = httpScenarios({program: PROGRAM, folder: temporary, creating, listing})
    const options = {folder: temporary, rounds: 25, memoryRounds: 5, timeMaxMs: 80_000}
    return await measure([...scenariosIn(temporary), ...overHttp], options)
  } finally {
    await Promise.all([creating.stop(), listing.stop()])
  }
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
  const tokenry = (words: string, home = 'one') => ({
    argv: [PROGRAM, ...words.split(' ')],
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
