import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/**
 * The parts of src/, folders and main.ts, in the order of imports: a part may import itself and
 * those after it.
 */
const PARTS = [
  'start',
  'main',
  'commands',
  'cli',
  'argv',
  'operations',
  'runtime',
  'vendors',
  'service',
  'config',
  'output',
  'files',
  'lib',
  'errors',
]

/** The files that may import these packages (style.md). */
const OWNERS: Record<string, RegExp> = {
  '@oclif/core': /^(commands|cli)\//,
  '@oclif/plugin-help': /^commands\/help/,
  inquirer: /^output\/prompter/,
  ora: /^output\/spinner/,
  chalk: /^output\/colors/,
  conf: /^config\/settings/,
  'string-width': /^output\/ruler/,
  hono: /^(service\/http|vendors\/[^/]+\/server)\//,
  '@hono/node-server': /^service\/http\/node/,
  zod: /^vendors\/[^/]+\/server\//,
  '@napi-rs/keyring': /^config\/credentials\/keychain-child/,
  'node:sqlite': /^service\/store\/sqlite\//,
}

/** The entry of a vendor in the list of vendors. */
const ENTRY = /^vendors\/[^/]+\/vendor\.ts$/

interface Import {
  from: string
  to: string
  typeOnly: boolean
  /** Imported by `import()`. */
  lazy: boolean
}

describe('imports', () => {
  const imports = sourceFiles(SRC).flatMap(importsOf)

  it('finds the imports of the sources', () => {
    expect(imports.length).to.be.greaterThan(100)
  })

  it('run one way: commands → cli → operations → vendors → service → config, output, files, lib, errors', () => {
    const backward = local(imports).filter(({from, to}) => rank(to) < rank(from))
    expect(backward.map(words)).to.deep.equal([])
  })

  it('keep the token service free of vendors, and each vendor free of the others', () => {
    const wrong = local(imports).filter(({from, to}) => {
      if (partOf(from) === 'service') return !['service', 'files', 'errors', 'lib'].includes(partOf(to))
      return vendor(from) !== null && vendor(to) !== null && vendor(from) !== vendor(to)
    })
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('keep what vendors share free of any one of them, except for the list of their entries', () => {
    const wrong = local(imports)
      .filter(({from, to}) => /^vendors\/[^/]+\.ts$/.test(from) && vendor(to) !== null)
      .filter(({from, to}) => from !== 'vendors/index.ts' || !ENTRY.test(to))
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('keep the entry of a vendor cheap: the rest of the vendor is behind import()', () => {
    const expensive = local(imports).filter(
      ({from, to, typeOnly, lazy}) =>
        ENTRY.test(from) && !typeOnly && !lazy && !/^vendors\/[^/]+\/api\.ts$/.test(to) && partOf(to) !== 'lib',
    )
    expect(expensive.map(words)).to.deep.equal([])
  })

  it('keep api.ts and client.ts of a vendor free of the token service', () => {
    const wrong = local(imports).filter(
      ({from, to}) => /^vendors\/.*\/(api|client)\.ts$/.test(from) && partOf(to) === 'service',
    )
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('keep a store engine out of everything but the file that opens it', () => {
    const engine = /^service\/store\/sqlite\//
    const wrong = local(imports).filter(
      ({from, to}) => engine.test(to) && !engine.test(from) && from !== 'service/open.ts',
    )
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('let no command import another', () => {
    const wrong = local(imports).filter(
      ({from, to}) => partOf(to) === 'commands' && partOf(from) === 'commands' && from !== 'commands/index.ts',
    )
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('use each package only in its own file', () => {
    const wrong = imports.filter(({from, to}) => OWNERS[packageOf(to)]?.test(from) === false)
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('import parts of oclif, because its root entry evaluates all of it', () => {
    const whole = imports.filter(({to, typeOnly}) => to === '@oclif/core' && !typeOnly)
    expect(whole.map(words)).to.deep.equal([])
  })
})

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm)]
  return found.map(([, type, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? ''
    const target = specifier.startsWith('.') ? relative(SRC, resolve(dirname(file), specifier)) : specifier
    return {from: relative(SRC, file), to: target, typeOnly: type !== undefined, lazy: fixed === undefined}
  })
}

/** Return the imports within src/. */
function local(imports: Import[]): Import[] {
  return imports.filter(({to}) => to.endsWith('.ts') && !to.startsWith('..'))
}

function partOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '')
}

/** Return the position of the file's part in PARTS. */
function rank(file: string): number {
  const found = PARTS.indexOf(partOf(file))
  expect(found, `${file} is in a folder that this test does not list`).to.be.greaterThan(-1)
  return found
}

/** Return `@oclif/core` for `@oclif/core/command`. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}

/** Return the vendor whose folder the file is in. Null for what vendors share. */
function vendor(file: string): string | null {
  return /^vendors\/([^/]+)\//.exec(file)?.[1] ?? null
}

function words({from, to}: Import): string {
  return `${from} imports ${to}`
}
