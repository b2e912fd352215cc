import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** The rooms in the order in which imports may run: a room imports itself and what comes after it. */
const ROOMS = [
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

/** The one file of `vendors/` that imports each of them. */
const VENDOR_LIST = 'vendors/served-dialects.ts'

/** Which files may import these packages (style.md). */
const OWNERS: Record<string, RegExp> = {
  '@oclif/core': /^(commands|cli)\//,
  '@oclif/plugin-help': /^commands\/help/,
  inquirer: /^output\/prompter/,
  ora: /^output\/spinner/,
  chalk: /^output\/colors/,
  conf: /^config\/settings/,
  'string-width': /^output\/table/,
  hono: /^(service\/http|vendors\/[^/]+\/server)\//,
  '@hono/node-server': /^service\/http\/node/,
  zod: /^vendors\/[^/]+\/server\//,
  'node:sqlite': /^service\/store\/sqlite\//,
}

interface Import {
  from: string
  to: string
  typeOnly: boolean
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

  it('give the token service nothing of a vendor, and a vendor nothing of another', () => {
    const wrong = local(imports).filter(({from, to}) => {
      if (room(from) === 'service') return !['service', 'files', 'errors', 'lib'].includes(room(to))
      if (room(from) !== 'vendors' || room(to) !== 'vendors' || isShared(to)) return false
      return vendor(from) !== vendor(to) && from !== VENDOR_LIST
    })
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('keep api.ts and client.ts of a vendor free of the token service', () => {
    const wrong = local(imports).filter(
      ({from, to}) => /^vendors\/.*\/(api|client)\.ts$/.test(from) && room(to) === 'service',
    )
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('let no command import another', () => {
    const wrong = local(imports).filter(
      ({from, to}) => room(to) === 'commands' && room(from) === 'commands' && from !== 'commands/index.ts',
    )
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('know each package in its own file only', () => {
    const wrong = imports.filter(({from, to}) => OWNERS[packageOf(to)]?.test(from) === false)
    expect(wrong.map(words)).to.deep.equal([])
  })

  it('take oclif by its parts, because its root entry evaluates all of them', () => {
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
    return {from: relative(SRC, file), to: target, typeOnly: type !== undefined}
  })
}

/** Imports within src/. */
function local(imports: Import[]): Import[] {
  return imports.filter(({to}) => to.endsWith('.ts') && !to.startsWith('..'))
}

function room(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '')
}

function rank(file: string): number {
  const found = ROOMS.indexOf(room(file))
  expect(found, `${file} lies in a room that this test does not know`).to.be.greaterThan(-1)
  return found
}

/** `@oclif/core` of `@oclif/core/command`. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}

/** What every vendor may import: a file next to the folders of the vendors. */
function isShared(file: string): boolean {
  return file.split('/').length === 2 && file !== VENDOR_LIST
}

function vendor(file: string): string {
  return file.split('/')[1] ?? ''
}

function words({from, to}: Import): string {
  return `${from} imports ${to}`
}
