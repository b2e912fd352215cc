import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import stringWidth from 'string-width'
import {HELP_TOPICS, normaliseArgv} from '../../../src/argv/normalise-argv.ts'
import {COMMANDS} from '../../../src/commands/index.ts'
import {listVariables} from '../../../src/config/environment.ts'
import {EXIT_CODES} from '../../../src/errors/exit-codes.ts'
import {foldExample} from '../../../src/output/fold-command.ts'
import {VENDORS} from '../../../src/vendors/index.ts'
import {type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '../../..')
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'))

/** The words of every command, every topic and every page of `help`. The root has no words. */
const PATHS = [
  [],
  ...new Set(
    Object.keys(COMMANDS).flatMap((id) => id.split(':').map((_, index, words) => words.slice(0, index + 1).join(' '))),
  ),
  ...HELP_TOPICS,
].flatMap((path) => (typeof path === 'string' ? [path.split(' ')] : [path]))

interface FlagAliases {
  aliases?: string[]
  description: string
}

async function help(path: string[], options: Partial<RunOptions> = {}): Promise<string> {
  const run = await runTokenry(['help', ...path], {home: tempFolder(), ...options})
  expect(run, path.join(' ')).to.include({exitCode: 0, stderr: ''})
  return run.stdout
}

describe('help', () => {
  for (const path of PATHS.filter(([word]) => word !== 'help')) {
    it(`of tokenry ${path.join(' ')} fits in 80 columns, has no style in a pipe, and does not repeat its first line`, async () => {
      const text = await help(path)
      const lines = text.split('\n')
      expect(lines.filter((line) => stringWidth(line) > 80)).to.deep.equal([])
      expect(text)
        .to.not.contain('\x1b')
        .and.not.match(/\n\n\n/)
      expect(lines.filter((line) => line.trim() === lines[0]?.trim())).to.have.lengthOf(1)
    })
  }

  it('prints the sections in the order of need, with the global flags last', async () => {
    const headers = (text: string) => text.match(/^[A-Z][A-Z ]+$/gm)
    expect(headers(await help(['deployment', 'token', 'rotate']))).to.deep.equal([
      ...['USAGE', 'EXAMPLES', 'DESCRIPTION', 'ALIASES', 'ARGUMENTS', 'FLAGS', 'DEPLOYMENT FLAGS', 'GLOBAL FLAGS'],
    ])
    expect(headers(await help([]))).to.deep.equal([
      ...['VERSION', 'USAGE', 'EXAMPLES', 'TOPICS', 'COMMANDS', 'FLAGS', 'MORE HELP', 'DOCUMENTS'],
    ])
  })

  it('fits in a narrower terminal, and stays at 80 columns in a wider one', async () => {
    for (const [columns, widest] of [
      [60, 60],
      [200, 80],
    ] as const) {
      const text = await help(['token', 'verify'], {tty: true, columns, env: {NO_COLOR: '1'}})
      expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).to.be.within(widest - 15, widest)
    }
  })

  it('prints bold headers and no other style at a terminal, and no style with NO_COLOR', async () => {
    const styled = await help(['token'], {tty: true})
    expect(
      new Set(
        styled
          .split('\x1b')
          .slice(1)
          .map((part) => part.split('m')[0]),
      ),
    ).to.deep.equal(new Set(['[1', '[22']))
    expect(styled).to.contain('\x1b[1mUSAGE\x1b[22m')
    expect(await help(['token'], {tty: true, env: {NO_COLOR: '1'}})).to.not.contain('\x1b')
  })

  it('has no style under --json, even at a terminal', async () => {
    const run = await runTokenry(['token', '--help', '--json'], {home: tempFolder(), tty: true})
    expect(resultOf(run)['help']).to.contain('USAGE').and.not.contain('\x1b')
  })

  for (const [path, words] of [
    [[], ['deployment (de)', 'motherduck (md)', 'deltastream (ds)', 'organization (org)']],
    [['deployment'], ['deployment token (to)', 'deployment list (ls)']],
    [
      ['deployment', 'token', 'delete'],
      ['$ tokenry de to de', '$ tokenry de to revoke', 'the same as -y and --yes'],
    ],
    [['motherduck', 'whoami'], ['$ tokenry md whoami']],
    [
      ['deltastream', 'token', 'renew'],
      ['$ tokenry ds to rotate', '$ tokenry ds to ro'],
    ],
  ] as const) {
    it(`shows the aliases of tokenry ${path.join(' ')}`, async () => {
      const text = (await help([...path])).replaceAll(/\s+/g, ' ')
      for (const word of words) expect(text).to.contain(word)
    })
  }

  it('names every other spelling of a flag in the description of the flag', () => {
    for (const {id, flags} of Object.values<{id: string; flags: Record<string, FlagAliases>}>(MANIFEST.commands)) {
      for (const {aliases = [], description} of Object.values(flags)) {
        for (const alias of aliases) expect(description, id).to.contain(`--${alias}`)
      }
    }
  })

  it('ends with where the documents are', async () => {
    const paths = (await help([])).trimEnd().split('\n').slice(-2)
    expect(paths).to.deep.equal([`  ${join(ROOT, 'README.md')}`, `  ${join(ROOT, 'docs')}`])
    for (const path of paths) expect(existsSync(path.trim())).to.equal(true)
  })

  it('lists the topics that are not commands', async () => {
    const text = await help([])
    for (const topic of HELP_TOPICS) expect(text).to.match(new RegExp(`^  help ${topic} +\\w`, 'm'))
  })

  it('lists every exit code with its error codes, as text and as JSON', async () => {
    const text = await help(['exit-codes'])
    expect(text).to.match(/^ {2}8 +RATE_LIMITED, UPSTREAM, TIMEOUT: retry the same command$/m)
    const run = await runTokenry(['--json', 'help', 'exit-codes'], {home: tempFolder()})
    const {exitCodes} = resultOf<{exitCodes: {exitCode: number; codes: string[]; retryable: boolean}[]}>(run)
    expect(exitCodes.flatMap(({codes, exitCode}) => codes.map((code) => [code, exitCode]))).to.have.deep.members([
      ...Object.entries(EXIT_CODES),
      ['TERMINATED', 129],
      ['TERMINATED', 131],
    ])
    expect(exitCodes.filter(({retryable}) => retryable).map(({exitCode}) => exitCode)).to.deep.equal([8])
  })

  it('lists every environment variable that the sources read', async () => {
    const plumbing = new Set(['SHELL', 'NODE_ENV', 'NODE_V8_COVERAGE', 'NODE_OPTIONS'])
    const sources = readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'})
      .filter((file) => file.endsWith('.ts') && file !== join('config', 'environment.ts'))
      .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
      .join('\n')
    const read = sources.match(
      /(?<=env(?:ironment)?\[')[A-Z_]+(?='\])|(?<=')(?:(?:TOKENRY|ASTRO|ASTRONOMER|MOTHERDUCK|DELTASTREAM|DS)_[A-Z_]+|motherduck_(?:token|api_key))(?=')/g,
    )
    const names = listVariables(VENDORS).map(({name}) => name)
    // Node reads these.
    const byNode = ['NODE_EXTRA_CA_CERTS']
    expect([...new Set(read), ...byNode].filter((name) => !plumbing.has(name))).to.have.members(names)
    const text = await help(['environment'])
    for (const name of names) expect(text).to.contain(name)
    const run = await runTokenry(['help', 'environment', '--json'], {home: tempFolder()})
    expect(resultOf<{variables: object[]}>(run).variables).to.have.lengthOf(names.length)
  })

  it('has examples that name their own command', () => {
    for (const [id, {examples = []}] of Object.entries<{examples?: string[]}>(MANIFEST.commands)) {
      for (const example of examples) {
        const [, run = example] = example.match(/<%= config\.bin %> (.*?)(?: [<>] |\)"|$)/) ?? []
        const line = run.replace('<%= command.id %>', id.replaceAll(':', ' '))
        const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []
        expect(normaliseArgv(words, {bin: 'tokenry', commands: MANIFEST.commands}), line).to.include({id})
      }
    }
  })
})

describe('foldExample', () => {
  it('folds before a flag, and never splits a flag from its value or a quoted text', () => {
    expect(foldExample('tokenry a --name ci --text "x y z" --force', 24)).to.equal(
      '$ tokenry a --name ci \\\n    --text "x y z" \\\n    --force',
    )
    expect(foldExample('tokenry a --name ci', 24)).to.equal('$ tokenry a --name ci')
  })
})
