import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {importAstroContext} from '../../../src/vendors/astro/import-context.ts'
import {beOneself, makeForeign} from '../../support/foreign-owner.ts'
import {loadedPackages} from '../../support/loaded-packages.ts'
import {expectFailure} from '../../support/rejection.ts'
import {SAMPLE_PARTS} from '../../support/sample-token.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const SIGNED_IN = `context: astronomer_io
contexts:
  astronomer_io:
    domain: astronomer.io
    token: Bearer SECRET
    organization: cl-org
    organization_product: HOSTED
    workspace: cl-ws
  localhost:
    token: Bearer SECRET
    organization: cl-other
`

describe('--from-astro', () => {
  let home = ''
  let file = ''
  beforeEach(() => {
    home = tempFolder()
    mkdirSync(join(home, '.astro'))
    file = join(home, '.astro', 'config.yaml')
  })

  const importFrom = (content: string, env: Record<string, string> = {}) => {
    writeFileSync(file, content)
    return importAstroContext({env, homeFolder: home})
  }

  it('reads organization and workspace of the current context, and leaves the default URL out', async () => {
    expect(await importFrom(SIGNED_IN)).to.deep.equal({places: {organization: 'cl-org', workspace: 'cl-ws'}})
  })

  it('does not touch the file', async () => {
    writeFileSync(file, SIGNED_IN)
    const before = statSync(file, {bigint: true})
    await importAstroContext({env: {}, homeFolder: home})
    const {mtimeNs, ctimeNs, ino, mode} = statSync(file, {bigint: true})
    expect({mtimeNs, ctimeNs, ino, mode}).to.deep.equal({
      mtimeNs: before.mtimeNs,
      ctimeNs: before.ctimeNs,
      ino: before.ino,
      mode: before.mode,
    })
    expect(readFileSync(file, 'utf8')).to.equal(SIGNED_IN)
  })

  it('reads the folder that ASTRO_HOME names', async () => {
    writeFileSync(file, SIGNED_IN)
    const elsewhere = tempFolder()
    expect((await importAstroContext({env: {ASTRO_HOME: home}, homeFolder: elsewhere})).places).to.include({
      workspace: 'cl-ws',
    })
    await expectFailure(importAstroContext({env: {ASTRO_HOME: elsewhere}, homeFolder: home}), 'CONFIG')
    await expectFailure(importAstroContext({env: {ASTRO_HOME: '.'}, homeFolder: home}), 'CONFIG')
  })

  it('compares keys without case', async () => {
    const upper = 'Context: Astronomer_IO\nCONTEXTS:\n  ASTRONOMER_io:\n    Organization: o\n    WORKSPACE: w\n'
    expect(await importFrom(upper)).to.deep.equal({places: {organization: 'o', workspace: 'w'}})
  })

  it('leaves out what is empty or is not a text', async () => {
    const content = 'context: astronomer_io\ncontexts:\n  astronomer_io:\n    organization: ""\n    workspace: [a]\n'
    expect(await importFrom(content)).to.deep.equal({places: {}})
  })

  for (const [what, context, apiUrl] of [
    ['a domain in the name', 'astronomer-dev_io:\n    workspace: w', 'https://api.astronomer-dev.io/v1'],
    ['a preview', 'pr1234_astronomer-dev_io:\n    workspace: w', 'https://pr1234.api.astronomer-dev.io/v1'],
    ['this machine', 'localhost:\n    workspace: w\nlocal:\n  core: http://localhost:9000', 'http://localhost:9000/v1'],
    ['this machine, by default', 'localhost:\n    workspace: w', 'http://localhost:8888/v1'],
  ] as const) {
    it(`finds the URL of ${what}`, async () => {
      const content = `context: ${context.split(':')[0]}\ncontexts:\n  ${context}\n`
      expect(await importFrom(content)).to.deep.equal({apiUrl, places: {workspace: 'w'}})
    })
  }

  for (const [what, content] of [
    ['an empty file', ''],
    ['a file that is not YAML', 'context: [\nSECRET'],
    ['a list', '- SECRET'],
    ['a key that is there twice', 'context: a\ncontext: SECRET\n'],
    ['an alias that has no anchor', 'context: *SECRET\n'],
    [
      'aliases that grow without end',
      `a: &a [SECRET]\n${['b', 'c', 'd', 'e'].map((key, index) => `${key}: &${key} [${`*${'abcd'[index]},`.repeat(50)}]`).join('\n')}\n`,
    ],
    ['no current context', 'contexts:\n  a:\n    token: SECRET\n'],
    ['a current context that is missing', 'context: SECRET\ncontexts:\n  a:\n    workspace: w\n'],
    ['a current context under a built-in name', 'context: __proto__\ncontexts: {}\n'],
    ['a current context that is a text', 'context: a\ncontexts:\n  a: SECRET\n'],
    ['a host of its own', 'context: a\ncontexts:\n  a:\n    domain: evil.example\n    token: SECRET\n'],
    [
      'a host of its own instead of this machine',
      'context: localhost\ncontexts:\n  localhost:\n    token: SECRET\nlocal:\n  core: https://evil.example\n',
    ],
  ] as const) {
    it(`is CONFIG for ${what}, and the message does not quote the file`, async () => {
      const {message, details} = await expectFailure(importFrom(content), 'CONFIG')
      expect(message).to.contain(file)
      expect(`${message} ${details.hint} ${details.cause}`).to.not.contain('SECRET')
    })
  }

  for (const [what, create, reason] of [
    ['a FIFO', () => spawnSync('mkfifo', [file]), 'not a regular file'],
    ['longer than 1 MiB', () => writeFileSync(file, `${SIGNED_IN}#${' '.repeat(2 ** 20)}`), 'longer than 1 MiB'],
  ] as const) {
    it(`is CONFIG for a file that is ${what}`, async () => {
      create()
      const {message} = await expectFailure(importAstroContext({env: {}, homeFolder: home}), 'CONFIG')
      expect(message).to.contain(file).and.to.contain(reason)
    })
  }

  it('is CONFIG if another user owns the file or may write to it', async () => {
    writeFileSync(file, SIGNED_IN)
    chmodSync(file, 0o622)
    const open = await expectFailure(importAstroContext({env: {}, homeFolder: home}), 'CONFIG')
    expect(open.message).to.contain(file)
    expect(open.details.hint).to.contain(`chmod go-w ${file}`).and.to.not.contain('TOKENRY_HOME')
    chmodSync(file, 0o600)
    makeForeign(file)
    try {
      const foreign = await expectFailure(importAstroContext({env: {}, homeFolder: home}), 'CONFIG')
      expect(foreign.message).to.contain(file)
    } finally {
      beOneself()
    }
  })

  for (const key of ['organization', 'workspace']) {
    it(`is CONFIG for a token in ${key}, and does not repeat it`, async () => {
      const token = SAMPLE_PARTS['a whole token'] ?? ''
      const content = `context: localhost\ncontexts:\n  localhost:\n    ${key}: ${token}\n`
      const {message, details} = await expectFailure(importFrom(content), 'CONFIG')
      expect(message).to.contain(file).and.to.contain(key)
      expect(`${message} ${details.hint}`).to.not.contain(token.slice(0, 20))
    })
  }

  it('reads a file with many keys in linear time, and nested ones without a crash', async () => {
    const many = Array.from({length: 40_000}, (_, index) => `k${index}: 1`).join('\n')
    const startMs = performance.now()
    expect((await importFrom(`${SIGNED_IN}${many}\n`)).places).to.include({workspace: 'cl-ws'})
    expect(performance.now() - startMs).to.be.lessThan(5000)
    await expectFailure(importFrom('['.repeat(500_000)), 'CONFIG')
    await expectFailure(importFrom(`${SIGNED_IN}a:\n  b: {c: 1, c: 2}\n`), 'CONFIG')
  })

  it('is CONFIG without the file, with the line that creates it', async () => {
    const {message, details} = await expectFailure(importAstroContext({env: {}, homeFolder: home}), 'CONFIG')
    expect(message).to.equal(`There is no ${file}`)
    expect(details.hint).to.contain('astro login')
  })

  it('loads the package yaml only when it is used', async () => {
    const loading = `
      const {ASTRO_API} = await load('vendors/astro/vendor-api.ts')
      ASTRO_API.checkUrl('https://api.example.com/v1')
    `
    expect(await loadedPackages(loading)).to.deep.equal([])
  })
})
