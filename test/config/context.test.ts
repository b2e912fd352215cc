import {spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {
  type ContextChoice,
  type ContextSource,
  type ContextVendor,
  resolveContext,
  resolveEmbedded,
} from '../../src/config/context.ts'
import type {Settings} from '../../src/config/context-settings.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {expectFailure} from '../support/rejection.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {TINY, TINY_API, WITH_TINY} from '../support/tiny-vendor.ts'

const EMBEDDED = {
  name: 'embedded',
  vendor: 'embedded',
  chosenBy: {from: 'default'},
  places: {},
  credential: null,
  isOnlyOne: true,
  warnings: [],
}
const STORED = {store: 'file', origin: 'https://api.tiny.example'} as const
const SETTINGS: Settings = {
  contexts: [
    {vendor: 'embedded', name: 'shelf', places: {drawer: 'top', organization: 'o'}},
    {vendor: 'tiny', name: 'far', places: {drawer: 'low'}, credential: STORED},
    {vendor: 'tiny', name: 'own', apiUrl: 'https://own.example/v2', places: {}, credential: {variable: 'OWN_KEY'}},
    {vendor: 'tiny', name: 'prod', places: {}, credential: {command: 'op read x'}},
    {vendor: 'astro', name: 'prod', places: {}},
    {vendor: 'astro', name: 'only-astro', places: {}},
  ],
  current: {tiny: 'shelf', astro: 'prod'},
}

describe('the context of any vendor in the list', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const source = (env: Record<string, string> = {}): ContextSource => ({
    env,
    homeFolder: home,
    folders: () => ({data: join(home, 'data'), config: join(home, 'config'), cache: join(home, 'cache')}),
    vendors: WITH_TINY,
  })
  const file = () => join(home, 'config', 'settings.json')
  const keep = (settings: Settings = SETTINGS) => keepSettings(join(home, 'config'), settings, WITH_TINY)
  const resolve = (env: Record<string, string> = {}, choice: ContextChoice = {}, vendor: ContextVendor = TINY) =>
    resolveContext(source(env), vendor, choice)

  it('is the embedded service by default', async () => {
    expect(await resolve()).to.deep.equal(EMBEDDED)
  })

  it('is not the only one if the settings have others', async () => {
    await keep({...SETTINGS, current: {}})
    expect(await resolve()).to.deep.equal({...EMBEDDED, isOnlyOne: false})
  })

  it('is the current context of its own vendor, with its places', async () => {
    await keep()
    expect(await resolve()).to.deep.equal({
      ...EMBEDDED,
      name: 'shelf',
      chosenBy: {from: 'file', name: file()},
      places: {drawer: 'top', organization: 'o'},
      isOnlyOne: false,
    })
  })

  it('comes from --context, then from TOKENRY_CONTEXT, then from the settings', async () => {
    await keep()
    const flag = await resolve({TOKENRY_CONTEXT: 'shelf'}, {context: 'embedded'})
    expect(flag.name).to.equal('embedded')
    expect(flag.chosenBy).to.deep.equal({from: 'flag', name: '--context'})
    const variable = await resolve({TOKENRY_CONTEXT: 'far'})
    expect(variable.name).to.equal('far')
    expect(variable.chosenBy).to.deep.equal({from: 'variable', name: 'TOKENRY_CONTEXT'})
  })

  it('of the vendor has its URL and its own credential, which is not read', async () => {
    await keep()
    const far = await resolve({}, {context: 'far'})
    expect(far.url).to.deep.equal({base: new URL(TINY_API.defaultUrl), source: {from: 'default'}})
    expect(far.credential).to.deep.equal({kind: 'store', place: STORED})
    expect(far.places).to.deep.equal({drawer: 'low'})
    const own = await resolve({}, {context: 'own'})
    expect(own.url).to.deep.equal({base: new URL('https://own.example/v2'), source: {from: 'file', name: file()}})
    expect(own.credential).to.deep.equal({kind: 'variable', variable: 'OWN_KEY'})
    expect((await resolve({}, {context: 'prod'})).credential).to.deep.equal({
      kind: 'command',
      place: {command: 'op read x'},
    })
  })

  it('of a name is that of its own vendor, and USAGE if only other vendors have one', async () => {
    await keep()
    expect((await resolve({}, {context: 'prod'})).vendor).to.equal('tiny')
    const other = await expectFailure(resolve({}, {context: 'only-astro'}), 'USAGE')
    expect(other.message).to.equal('The context only-astro is for astro, this command is for tiny')
    expect(other.details.hint).to.contain('Name one of these: embedded, shelf, far, own, prod.')
    const service = await expectFailure(resolveEmbedded(source(), 'far'), 'USAGE')
    expect(service.message).to.equal('The context far is for tiny, this command is for embedded')
    expect(await resolveEmbedded(source(), 'shelf')).to.deep.include({
      name: 'shelf',
      places: SETTINGS.contexts[0]?.places,
    })
    expect((await expectFailure(resolve({TOKENRY_CONTEXT: 'none'}), 'USAGE')).message).to.equal('No context named none')
  })

  it('is CONFIG if the current context does not exist, or is one of another vendor', async () => {
    for (const name of ['gone', 'only-astro']) {
      await keep({...SETTINGS, current: {tiny: name}})
      expect((await expectFailure(resolve(), 'CONFIG')).message)
        .to.contain(name)
        .and.to.contain(file())
    }
  })

  it('is CONFIG if this version cannot reach the vendor', async () => {
    await keep()
    const {loadApi: _, ...vendor} = TINY
    for (const work of [resolve({}, {context: 'far'}, vendor), resolve({TINY_KEY: 'x'}, {}, vendor)]) {
      expect((await expectFailure(work, 'CONFIG')).message).to.contain('leads to Tiny, which this version')
    }
  })

  it('is CONFIG if its URL may get no credential', async () => {
    for (const apiUrl of ['http://tiny.example/v2', 'https://me:pw@tiny.example', 'tiny', '']) {
      await keep({contexts: [{vendor: 'tiny', name: 'bad', apiUrl, places: {}, credential: STORED}], current: {}})
      const {message} = await expectFailure(resolve({}, {context: 'bad'}), 'CONFIG')
      expect(message).to.contain(`The URL of the context bad in ${file()} cannot be used`).and.to.not.contain('pw')
    }
  })

  it('is the vendor itself if a variable has a credential, and no place of the current context is used', async () => {
    await keep({...SETTINGS, current: {tiny: 'far'}})
    expect(await resolve({TINY_KEY: ' a-secret\n'})).to.deep.equal({
      name: null,
      vendor: 'tiny',
      chosenBy: {from: 'variable', name: 'TINY_KEY'},
      url: {base: new URL(TINY_API.defaultUrl), source: {from: 'default'}},
      places: {},
      credential: {kind: 'variable', variable: 'TINY_KEY'},
      isOnlyOne: false,
      warnings: [],
    })
    const {url} = await resolve({TINY_KEY: 'x', TINY_URL: 'https://eu.tiny.example/v2'})
    expect(url).to.deep.equal({
      base: new URL('https://eu.tiny.example/v2'),
      source: {from: 'variable', name: 'TINY_URL'},
    })
    expect((await resolve({TINY_KEY: 'a-secret'}, {context: 'embedded'})).name).to.equal('embedded')
  })

  describe('a credential in a variable, next to a named context', () => {
    const credentialOf = async (env: Record<string, string>, context: string) => {
      const {credential, warnings} = await resolve(env, {context})
      return [credential?.kind === 'variable' ? credential.variable : credential?.kind, ...warnings]
    }

    it('replaces the credential of the context at the default origin, with a warning', async () => {
      await keep()
      const warning = (name: string) => `TINY_KEY is used instead of the credential of the context ${name}`
      expect(await credentialOf({TINY_KEY: 'x'}, 'far')).to.deep.equal(['TINY_KEY', warning('far')])
      expect(await credentialOf({TINY_KEY: 'x'}, 'prod')).to.deep.equal(['TINY_KEY', warning('prod')])
    })

    it('replaces nothing at another origin, nor if it is for another origin itself', async () => {
      await keep()
      expect(await credentialOf({TINY_KEY: 'x'}, 'own')).to.deep.equal(['OWN_KEY'])
      expect(await credentialOf({TINY_KEY: 'x', TINY_URL: 'https://own.example/v2'}, 'own')).to.deep.equal(['OWN_KEY'])
      expect(await credentialOf({TINY_KEY: 'x', TINY_URL: 'https://eu.tiny.example'}, 'far')).to.deep.equal(['store'])
      expect(await credentialOf({TINY_KEY: 'x', TINY_URL: 'not a URL'}, 'far')).to.deep.equal(['store'])
      expect(await credentialOf({TINY_KEY: 'x'}, 'shelf')).to.deep.equal([undefined])
    })

    it('is CONFIG if it is empty where it would be used, and only there', async () => {
      await keep()
      await expectFailure(credentialOf({TINY_KEY: ''}, 'far'), 'CONFIG')
      expect(await credentialOf({TINY_KEY: ''}, 'own')).to.deep.equal(['OWN_KEY'])
      expect((await resolve({TINY_KEY: ''}, {context: 'far', credentialFile: 'f'})).credential?.kind).to.equal('file')
    })

    it('needs no warning if the context has no credential, or names the same variable', async () => {
      await keep({
        contexts: [
          {vendor: 'tiny', name: 'bare', places: {}},
          {vendor: 'tiny', name: 'same', places: {}, credential: {variable: 'TINY_KEY'}},
        ],
        current: {},
      })
      expect(await credentialOf({TINY_KEY: 'x'}, 'bare')).to.deep.equal(['TINY_KEY'])
      expect(await credentialOf({TINY_KEY: 'x'}, 'same')).to.deep.equal(['TINY_KEY'])
      expect(await credentialOf({}, 'bare')).to.deep.equal([undefined])
    })

    it('is CONFIG if the context itself names it, and has another origin', async () => {
      const context = {vendor: 'tiny', name: 'evil', apiUrl: 'https://evil.example', places: {}}
      await keep({contexts: [{...context, credential: {variable: 'TINY_KEY'}}], current: {tiny: 'evil'}})
      const {message} = await expectFailure(resolve({TINY_KEY: 'x'}, {context: 'evil'}), 'CONFIG')
      expect(message).to.equal(
        'TINY_KEY is a credential for Tiny, so the context evil does not send it to https://evil.example',
      )
    })
  })

  it('keeps its target with --credential-file, which takes precedence over every other credential', async () => {
    await keep()
    const credential = {kind: 'file', file: 'token.txt'}
    for (const [env, context, name] of [
      [{}, undefined, 'shelf'],
      [{TINY_KEY: 'x'}, undefined, null],
      [{TINY_KEY: 'x'}, 'far', 'far'],
      [{}, 'own', 'own'],
      [{}, 'embedded', 'embedded'],
    ] as [Record<string, string>, string | undefined, string | null][]) {
      const resolved = await resolve(env, {context, credentialFile: 'token.txt'})
      expect(resolved).to.deep.include({name, credential, warnings: []})
    }
  })

  it('uses the first variable that is set, and does not look at the others', async () => {
    const other = {name: 'TINY_OTHER', meaning: 'Another one'}
    const vendor = {...TINY, tool: {...TINY.tool, credentials: [...TINY.tool.credentials, other]}}
    const variableOf = async (env: Record<string, string>) => (await resolve(env, {}, vendor)).chosenBy
    expect(await variableOf({TINY_KEY: 'first', TINY_OTHER: ''})).to.deep.equal({from: 'variable', name: 'TINY_KEY'})
    expect(await variableOf({TINY_OTHER: 'second'})).to.deep.equal({from: 'variable', name: 'TINY_OTHER'})
    await expectFailure(variableOf({TINY_KEY: '', TINY_OTHER: 'second'}), 'CONFIG')
  })

  it('takes two spellings of one name as one variable, which is empty only if neither has a value', async () => {
    const lower = {name: 'tiny_key', meaning: 'Another spelling'}
    const vendor = {...TINY, tool: {...TINY.tool, credentials: [lower, ...TINY.tool.credentials]}}
    const variableOf = async (env: Record<string, string>) => (await resolve(env, {}, vendor)).chosenBy
    expect(await variableOf({tiny_key: '', TINY_KEY: 'x'})).to.deep.equal({from: 'variable', name: 'TINY_KEY'})
    expect(await variableOf({tiny_key: 'x', TINY_KEY: ''})).to.deep.equal({from: 'variable', name: 'tiny_key'})
    expect(await variableOf({tiny_key: 'x', TINY_KEY: 'y'})).to.deep.equal({from: 'variable', name: 'tiny_key'})
    await expectFailure(variableOf({tiny_key: '', TINY_KEY: ' '}), 'CONFIG')
    await expectFailure(variableOf({TINY_KEY: ''}), 'CONFIG')
  })

  for (const value of ['', ' ', '\uFEFF\n']) {
    it(`is never the embedded service by accident: TINY_KEY=${JSON.stringify(value)} is CONFIG`, async () => {
      const {message, details} = await expectFailure(resolve({TINY_KEY: value}), 'CONFIG')
      expect(message).to.equal('TINY_KEY is set but empty; is a CI secret missing?')
      expect(details.hint).to.contain('TINY_KEY').and.to.contain('--context embedded')
      expect((await resolve({TINY_KEY: value}, {context: 'embedded'})).name).to.equal('embedded')
    })
  }

  it('is CONFIG for a companion variable without its credential', async () => {
    const url = {name: 'TINY_URL', meaning: 'Where Tiny is'}
    const vendor = {...TINY, tool: {...TINY.tool, companions: [url]}}
    const {message} = await expectFailure(resolve({TINY_URL: 'x'}, {}, vendor), 'CONFIG')
    expect(message).to.equal('TINY_URL is set without TINY_KEY')
  })

  it('does not depend on the variables or the session of another vendor', async () => {
    signIn('.astro/config.yaml', 'contexts:\n  a:\n    token: Bearer abc\n')
    expect(await resolve({ASTRO_API_TOKEN: 'x', ASTRO_DOMAIN: ''})).to.deep.equal(EMBEDDED)
  })

  for (const [what, create, reason] of [
    ['a FIFO', (path: string) => spawnSync('mkfifo', [path]), 'not a regular file'],
    ['a folder', (path: string) => mkdirSync(path), 'not a regular file'],
    ['longer than 1 MiB', (path: string) => writeFileSync(path, ' '.repeat(2 ** 20 + 1)), 'longer than 1 MiB'],
  ] as const) {
    it(`is CONFIG if the session of the tool is ${what}`, async () => {
      create(join(home, '.tiny'))
      const {message, details} = await expectFailure(resolve(), 'CONFIG')
      expect(message).to.contain(join(home, '.tiny')).and.to.contain(reason)
      expect(details.hint).to.contain('--context embedded')
    })
  }

  it('is not guessed if the tool of the vendor is signed in', async () => {
    signIn('.tiny', 'key=abc')
    const {message} = await expectFailure(resolve(), 'CONFIG')
    expect(message).to.contain(`Tiny's own tool is signed in on this machine (${join(home, '.tiny')})`)
    await keep()
    expect((await resolve()).name, 'once a context was chosen').to.equal('shelf')
  })

  it('is the embedded service if the tool of the vendor is signed out, and CONFIG if its session cannot be read', async () => {
    signIn('.tiny', 'none')
    expect(await resolve()).to.deep.equal(EMBEDDED)
    const withSession = (found: string | null) => ({
      ...TINY,
      tool: {...TINY.tool, session: {...TINY.tool.session, findFile: () => found}},
    })
    const {message} = await expectFailure(resolve({}, {}, withSession(home)), 'CONFIG')
    expect(message).to.contain(`Cannot read ${home}, which shows whether Tiny's own tool is signed in`)
    expect(await resolve({}, {}, withSession(null))).to.deep.equal(EMBEDDED)
  })

  function signIn(file: string, content: string): void {
    mkdirSync(join(home, '.astro'))
    writeFileSync(join(home, file), content)
  }
})
