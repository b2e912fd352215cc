import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type ContextSource, type FactSource, type ResolvedContext, resolveContext} from '../../src/config/context.ts'
import type {Settings} from '../../src/config/context-settings.ts'
import {AppError} from '../../src/errors/app-error.ts'
import {ASTRO} from '../../src/vendors/astro/vendor.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {tempFolderOfFile} from '../support/temp-folder.ts'

// design.md, section 2: flag × TOKENRY_CONTEXT × variables × current context × vendor's tool.

const CONTEXTS: Settings['contexts'] = [
  {vendor: 'astro', name: 'prod', places: {}, credential: {store: 'file', origin: 'https://api.astronomer.io'}},
  {vendor: 'astro', name: 'own', apiUrl: 'https://own.example/v1', places: {}, credential: {variable: 'OWN_TOKEN'}},
  {vendor: 'astro', name: 'near', apiUrl: 'http://localhost:8888/v1', places: {}, credential: {command: 'op read x'}},
  {vendor: 'embedded', name: 'local', places: {}},
]

const NAMES = ['-', 'embedded', 'local', 'prod', 'own', 'near', 'gone']
const VARIABLES: Record<string, Record<string, string>> = {
  '-': {},
  token: {ASTRO_API_TOKEN: 'x'},
  'token, localhost': {ASTRO_API_TOKEN: 'x', ASTRO_DOMAIN: 'localhost'},
  'token, evil': {ASTRO_API_TOKEN: 'x', ASTRO_DOMAIN: 'evil.example'},
  empty: {ASTRO_API_TOKEN: ' '},
  domain: {ASTRO_DOMAIN: 'localhost'},
  key: {ASTRONOMER_KEY_ID: 'x', ASTRONOMER_KEY_SECRET: 'x'},
}
const TOOLS = ['out', 'in']

/** Each row decides the cells that no row above it has decided. `*` is anything. */
const ROWS: [flag: string, variable: string, credential: string, current: string, tool: string, outcome: string][] = [
  ['embedded', '*', '*', '*', '*', 'embedded, by --context, as owner'],
  ['local', '*', '*', '*', '*', 'local, by --context, as owner'],
  ['gone', '*', '*', '*', '*', 'USAGE: No context named gone'],
  ['own', '*', '*', '*', '*', 'own at https://own.example, by --context, with OWN_TOKEN'],
  ['near', '*', '*', '*', '*', 'near at http://localhost:8888, by --context, with command'],
  ['prod', '*', 'token', '*', '*', 'prod at https://api.astronomer.io, by --context, with ASTRO_API_TOKEN, warned'],
  ['prod', '*', 'empty', '*', '*', 'CONFIG: ASTRO_API_TOKEN is set but empty'],
  ['prod', '*', '*', '*', '*', 'prod at https://api.astronomer.io, by --context, with store'],

  ['-', 'embedded', 'token', '*', '*', 'embedded, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'embedded', 'token, localhost', '*', '*', 'embedded, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'embedded', 'token, evil', '*', '*', 'embedded, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'embedded', '*', '*', '*', 'embedded, by TOKENRY_CONTEXT, as owner'],
  ['-', 'local', 'token', '*', '*', 'local, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'local', 'token, localhost', '*', '*', 'local, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'local', 'token, evil', '*', '*', 'local, by TOKENRY_CONTEXT, as owner, warned'],
  ['-', 'local', '*', '*', '*', 'local, by TOKENRY_CONTEXT, as owner'],
  ['-', 'gone', '*', '*', '*', 'USAGE: No context named gone'],
  ['-', '', '*', '*', '*', 'CONFIG: TOKENRY_CONTEXT is set but empty'],
  ['-', 'own', '*', '*', '*', 'own at https://own.example, by TOKENRY_CONTEXT, with OWN_TOKEN'],
  ['-', 'near', '*', '*', '*', 'near at http://localhost:8888, by TOKENRY_CONTEXT, with command'],
  [
    '-',
    'prod',
    'token',
    '*',
    '*',
    'prod at https://api.astronomer.io, by TOKENRY_CONTEXT, with ASTRO_API_TOKEN, warned',
  ],
  ['-', 'prod', 'empty', '*', '*', 'CONFIG: ASTRO_API_TOKEN is set but empty'],
  ['-', 'prod', '*', '*', '*', 'prod at https://api.astronomer.io, by TOKENRY_CONTEXT, with store'],

  ['-', '-', 'token', '*', '*', 'Astro at https://api.astronomer.io, by ASTRO_API_TOKEN, with ASTRO_API_TOKEN'],
  ['-', '-', 'token, localhost', '*', '*', 'Astro at http://localhost:8888, by ASTRO_API_TOKEN, with ASTRO_API_TOKEN'],
  ['-', '-', 'token, evil', '*', '*', 'CONFIG: ASTRO_DOMAIN "evil.example" is not a domain of Astronomer'],
  ['-', '-', 'empty', '*', '*', 'CONFIG: ASTRO_API_TOKEN is set but empty'],
  ['-', '-', 'domain', '*', '*', 'CONFIG: ASTRO_DOMAIN is set without ASTRO_API_TOKEN'],
  ['-', '-', 'key', '*', '*', 'CONFIG: ASTRONOMER_KEY_ID is set without ASTRO_API_TOKEN'],

  ['-', '-', '-', 'embedded', '*', 'embedded, by settings.json, as owner'],
  ['-', '-', '-', 'local', '*', 'local, by settings.json, as owner'],
  ['-', '-', '-', 'prod', '*', 'prod at https://api.astronomer.io, by settings.json, with store'],
  ['-', '-', '-', 'own', '*', 'own at https://own.example, by settings.json, with OWN_TOKEN'],
  ['-', '-', '-', 'near', '*', 'near at http://localhost:8888, by settings.json, with command'],
  ['-', '-', '-', 'gone', '*', 'CONFIG: settings.json names a current context that does not exist: gone'],

  ['-', '-', '-', '-', 'in', "CONFIG: Astro's own tool is signed in on this machine"],
  ['-', '-', '-', '-', 'out', 'embedded, by default, as owner'],
]

describe('where a command goes', () => {
  const homes = new Map<string, string>()
  const used = new Set<(typeof ROWS)[number]>()

  before(async () => {
    for (const current of NAMES) {
      for (const tool of TOOLS) {
        const home = tempFolderOfFile()
        homes.set(`${current} ${tool}`, home)
        const settings = {contexts: CONTEXTS, current: current === '-' ? {} : {astro: current}}
        await keepSettings(join(home, 'config'), settings, VENDORS)
        if (tool === 'in') {
          mkdirSync(join(home, '.astro'))
          writeFileSync(join(home, '.astro', 'config.yaml'), 'contexts:\n  a:\n    token: Bearer abc\n')
        }
      }
    }
  })

  for (const flag of NAMES) {
    it(`is decided by the table in each cell of --context ${flag}, with and without --credential-file`, async () => {
      for (const name of [...NAMES, '']) {
        for (const [credential, variables] of Object.entries(VARIABLES)) {
          for (const current of NAMES) {
            for (const tool of TOOLS) {
              const cell = [flag, name, credential, current, tool]
              const row = ROWS.find((each) => cell.every((value, index) => ['*', value].includes(each[index] ?? '')))
              if (!row) throw new Error(`No row for ${cell.join(' | ')}`)
              used.add(row)
              const env = {...variables, ...(name === '-' ? {} : {TOKENRY_CONTEXT: name})}
              const home = homes.get(`${current} ${tool}`) ?? ''
              const found = await describeTarget(sourceOf(home, env), flag)
              expect(found, cell.join(' | ')).to.equal(row[5])
              const withFile = await describeTarget(sourceOf(home, env), flag, 'token.txt')
              expect(withFile, `${cell.join(' | ')} | --credential-file`).to.equal(toFileOutcome(cell, row[5]))
            }
          }
        }
      }
    })
  }

  it('is decided by every row of the table', () => {
    expect(ROWS.filter((row) => !used.has(row))).to.deep.equal([])
  })
})

function sourceOf(home: string, env: Record<string, string>): ContextSource {
  const folders = () => ({data: join(home, 'data'), config: join(home, 'config'), cache: join(home, 'cache')})
  return {env, homeFolder: home, folders, vendors: VENDORS}
}

/** The target stays the same. Only an empty variable no longer matters if the target is clear. */
function toFileOutcome([flag = '', name = '', credential = '']: string[], outcome: string): string {
  const isNamed = flag === 'prod' || (flag === '-' && name === 'prod')
  if (isNamed && credential === 'empty') {
    return `prod at https://api.astronomer.io, by ${flag === 'prod' ? '--context' : 'TOKENRY_CONTEXT'}, with file`
  }
  return outcome.replace(/, (?:with|as) .*$/, ', with file')
}

async function describeTarget(source: ContextSource, flag: string, credentialFile?: string): Promise<string> {
  try {
    return describeResolved(
      await resolveContext(source, ASTRO, {context: flag === '-' ? undefined : flag, credentialFile}),
    )
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    const message = err.message.replace(/^.*(?=settings\.json)/, '').replace(/(?:;| \(| or this machine).*$/, '')
    return `${err.code}: ${message}`
  }
}

function describeResolved({name, url, chosenBy, credential, warnings}: ResolvedContext): string {
  const where = `${name ?? ASTRO.title}${url ? ` at ${url.base.origin}` : ''}`
  const what = credential?.kind === 'variable' ? credential.variable : credential?.kind
  return [
    where,
    `by ${describeSource(chosenBy)}`,
    what === undefined ? 'as owner' : `with ${what}`,
    ...(warnings.length > 0 ? ['warned'] : []),
  ].join(', ')
}

function describeSource(source: FactSource): string {
  if (source.from === 'default') return 'default'
  return source.from === 'file' ? source.name.replace(/^.*\//, '') : source.name
}
