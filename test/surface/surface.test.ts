import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {buildManifest} from '../../scripts/manifest.ts'
import {COMMANDS} from '../../src/commands/index.ts'
import {EXIT_CODES, SIGNAL_EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {type RunOptions, resultOf, runTokenry, stopSoon} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SHAPES_FILE = new URL('json-shapes.json', import.meta.url)

describe('surface', () => {
  it('has the manifest that the commands declare', async () => {
    expect(readFileSync(`${ROOT}/oclif.manifest.json`, 'utf8')).to.equal(await buildManifest())
  })

  it('has every command file in the table, under the id that its path says', () => {
    const files = readdirSync(`${ROOT}/src/commands`, {recursive: true, encoding: 'utf8'})
    const ids = files
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .map((file) => file.slice(0, -3).replaceAll('/', ':'))
    expect(Object.keys(COMMANDS).sort()).to.deep.equal(ids.sort())
  })

  it('gives every flag with a value a placeholder, and every command a summary and an example', () => {
    const {commands} = JSON.parse(readFileSync(`${ROOT}/oclif.manifest.json`, 'utf8'))
    for (const [id, command] of Object.entries<Record<string, unknown>>(commands)) {
      expect(command['summary'], id).to.be.a('string').and.not.match(/\.$/)
      if (id !== 'help') expect(command['examples'], id).to.have.length.greaterThan(0)
      for (const flag of Object.values(
        command['flags'] as Record<string, {type: string; name: string; helpValue?: string}>,
      )) {
        if (flag.type === 'option') expect(flag.helpValue, `${id} --${flag.name}`).to.be.a('string')
      }
    }
  })

  it('takes a value that looks like a flag for every flag that has a value', async () => {
    const {commands} = JSON.parse(readFileSync(`${ROOT}/oclif.manifest.json`, 'utf8'))
    for (const [id, command] of Object.entries<{flags: Record<string, {type: string; name: string}>}>(commands)) {
      if (id === 'help') continue
      for (const flag of Object.values(command.flags).filter(({type}) => type === 'option')) {
        // A service that found nothing wrong would run on.
        const wrong = id === 'service:start' ? ['--port', 'none'] : []
        const argv = [...id.split(':'), `--${flag.name}`, '--json', '--debug', ...wrong]
        const run = await runTokenry(argv, {home: tempFolder()})
        expect(run.stdout + run.stderr, `${id} --${flag.name}`)
          .to.not.contain('expects a value')
          .and.not.contain('\0')
        expect(run.exitCode, `${id} --${flag.name} ${run.stderr}`).to.not.equal(1)
      }
    }
  })

  it('has the exit codes that the README lists', () => {
    const readme = readFileSync(`${ROOT}/README.md`, 'utf8')
    for (const [code, exitCode] of Object.entries(EXIT_CODES)) {
      const rows = readme.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${code}\``))
      expect(
        rows.map((row) => row.split(' ')[1]),
        code,
      ).to.include(String(exitCode))
    }
    for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
      expect(readme, signal).to.match(new RegExp(`^\\| ${exitCode} \\| .*(${signal}|Ctrl-C)`, 'm'))
    }
    const exitCodes = new Set([...Object.values(EXIT_CODES), ...Object.values(SIGNAL_EXIT_CODES)])
    expect(exitCodes).to.deep.equal(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 129, 130, 131, 143]))
  })

  it('answers --json with the committed shapes', async () => {
    const shapes = await collectShapes()
    // To change the surface on purpose: UPDATE_SURFACE=1 npm test, and read the difference.
    if (process.env['UPDATE_SURFACE']) writeFileSync(SHAPES_FILE, `${JSON.stringify(shapes, null, 2)}\n`)
    expect(shapes).to.deep.equal(JSON.parse(readFileSync(SHAPES_FILE, 'utf8')))
  })
})

/** Every command with --json, in an order in which each succeeds; and one failure. */
async function collectShapes(): Promise<Record<string, unknown>> {
  const home = tempFolder()
  const shapes: Record<string, unknown> = {}
  async function run(
    words: string,
    options: Partial<RunOptions> = {},
    flags: string[] = [],
  ): Promise<Record<string, unknown>> {
    const done = await runTokenry([...words.split(' '), ...flags, '--json'], {home, ...options})
    expect(done.stderr, words).to.equal('')
    shapes[words] = shapeOf(JSON.parse(done.stdout))
    return resultOf(done)
  }
  await run('service role create', {}, ['deployer'])
  await run('service role list')
  await run('service role delete', {}, ['deployer', '-f'])
  for (const [noun, name] of [
    ['user', 'ann@example.com'],
    ['workspace', 'data'],
    ['organization', 'acme'],
  ] as const) {
    await run(`service ${noun} create`, {}, [name])
    await run(`service ${noun} list`)
    await run(`service ${noun} delete`, {}, [name, '-f'])
  }
  const created = await run('deployment token create', {}, ['-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'])
  const id = String(created['id'])
  const stdin = String(created['token'])
  await run('deployment list')
  await run('role list')
  await run('token verify', {stdin})
  await run('token inspect', {stdin})
  await run('deployment token update', {}, [id, '-d', 'text'])
  await run('deployment token list')
  await run('deployment token get', {}, [id])
  await run('deployment token rotate', {}, [id, '-f'])
  await run('deployment token delete', {}, [id, '-f'])
  await run('deployment token list --ended')
  await run('service deployment create', {}, ['staging'])
  await run('service deployment list')
  await run('service deployment delete', {}, ['staging', '-f'])
  await run('service start', {signals: stopSoon()}, ['--port', '0'])
  await run('completion', {}, ['bash'])
  await run('help')
  await run('deployment token nothing')
  return shapes
}

/** The names and types of a document, without its values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
}
