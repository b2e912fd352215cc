import {readdirSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {buildGeneratedFiles, staleFiles} from '../../scripts/generated-files.ts'
import {COMMANDS} from '../../src/commands/index.ts'
import {EXIT_CODES, SIGNAL_EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {COMMAND_RUNS} from './command-runs.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('surface', () => {
  it('has generated files that are up to date: npm run generate', async () => {
    expect(staleFiles(await buildGeneratedFiles())).to.deep.equal([])
  })

  it('has an entry in command-runs.ts for every command, with a run that succeeds', () => {
    expect(Object.keys(COMMAND_RUNS).sort()).to.deep.equal(Object.keys(COMMANDS).sort())
    for (const [id, {runs}] of Object.entries(COMMAND_RUNS)) {
      expect(
        runs.map(({exitCode = 0}) => exitCode),
        id,
      ).to.include(0)
    }
  })

  it('has every command file in the table, under the id of its path', () => {
    const files = readdirSync(`${ROOT}/src/commands`, {recursive: true, encoding: 'utf8'})
    const ids = files
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .map((file) => file.slice(0, -3).replaceAll('/', ':'))
    expect(Object.keys(COMMANDS).sort()).to.deep.equal(ids.sort())
  })

  it('gives every flag with a value a placeholder, and every command a summary and an example', () => {
    for (const {id, summary, examples, flags} of readVisibleCommands()) {
      expect(summary, id).to.be.a('string').and.not.match(/\.$/)
      if (id !== 'help') expect(examples, id).to.have.length.greaterThan(0)
      for (const {type, name, helpValue} of Object.values(flags)) {
        if (type === 'option') expect(helpValue, `${id} --${name}`).to.be.a('string')
      }
    }
  })

  describe('in a folder of its own, because a flag may write a file', () => {
    const folder = process.cwd()
    beforeEach(() => process.chdir(tempFolder()))
    afterEach(() => process.chdir(folder))

    it('takes a value that looks like a flag, for every flag with a value', takeFlagLikeValues)
  })

  async function takeFlagLikeValues() {
    for (const {id, flags} of readVisibleCommands().filter((command) => command.id !== 'help')) {
      for (const flag of Object.values(flags).filter(({type}) => type === 'option')) {
        // Without an error, the service would run on.
        const wrong = id === 'service:start' ? ['--port', 'none'] : []
        const argv = [...id.split(':'), `--${flag.name}`, '--json', '--debug', ...wrong]
        const run = await runTokenry(argv, {home: tempFolder()})
        expect(run.stdout + run.stderr, `${id} --${flag.name}`)
          .to.not.contain('expects a value')
          .and.not.contain('\0')
        expect(run.exitCode, `${id} --${flag.name} ${run.stderr}`).to.not.equal(1)
      }
    }
  }

  it('has the exit codes that docs/scripting.md lists, once each, and no other page has a table of them', () => {
    const page = readFileSync(`${ROOT}/docs/scripting.md`, 'utf8').split('## Exit codes')[1] ?? ''
    const rows = [...page.matchAll(/^\| (\d+) \|(.*?)\| (.+) \|$/gm)]
    for (const [code, exitCode] of Object.entries(EXIT_CODES)) {
      const row = rows.find(([, number]) => number === String(exitCode))
      expect(row?.[2], code).to.contain(`\`${code}\``)
    }
    for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
      const row = rows.find(([, number]) => number === String(exitCode))
      expect(row?.[3], signal).to.match(new RegExp(`${signal}|Ctrl-C`))
    }
    const exitCodes = new Set([0, ...Object.values(EXIT_CODES), ...Object.values(SIGNAL_EXIT_CODES)])
    expect(rows.map(([, number]) => Number(number))).to.deep.equal([...exitCodes].sort((a, b) => a - b))
    for (const other of ['README.md', 'docs/astro.md', 'docs/service.md', 'docs/commands.md']) {
      expect(readFileSync(`${ROOT}/${other}`, 'utf8'), other).to.not.match(/^\| 1[0-3]\d? \| /m)
    }
  })
})

interface ManifestCommand {
  id: string
  hidden?: boolean
  summary?: string
  examples?: string[]
  flags: Record<string, {type: string; name: string; helpValue?: string}>
}

/** Return the commands that help shows, from the committed manifest. */
function readVisibleCommands(): ManifestCommand[] {
  const manifest: {commands: Record<string, ManifestCommand>} = JSON.parse(
    readFileSync(`${ROOT}/oclif.manifest.json`, 'utf8'),
  )
  return Object.values(manifest.commands).filter(({hidden}) => !hidden)
}
