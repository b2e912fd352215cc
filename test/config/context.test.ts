import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type ContextSource, resolveContext, resolveEmbedded} from '../../src/config/context.ts'
import type {Settings} from '../../src/config/context-settings.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {expectFailure} from '../support/rejection.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {TINY, WITH_TINY} from '../support/tiny-vendor.ts'

const EMBEDDED = {name: 'embedded', vendor: 'embedded', places: {}}
const SETTINGS: Settings = {
  contexts: [
    {vendor: 'embedded', name: 'shelf', places: {drawer: 'top', organization: 'o'}},
    {vendor: 'tiny', name: 'far', apiUrl: 'https://tiny.example', places: {drawer: 'low'}},
    {vendor: 'astro', name: 'prod', places: {}},
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
  const keep = (settings: Settings = SETTINGS) => keepSettings(join(home, 'config'), settings, WITH_TINY)

  it('is the embedded service by default', async () => {
    expect(await resolveContext(source(), TINY, undefined)).to.deep.equal(EMBEDDED)
  })

  it('is the current context of its own vendor, with its places', async () => {
    await keep()
    const places = {drawer: 'top', organization: 'o'}
    expect(await resolveContext(source(), TINY, undefined)).to.deep.equal({name: 'shelf', vendor: 'embedded', places})
  })

  it('comes from --context, then from TOKENRY_CONTEXT, then from the settings', async () => {
    await keep()
    const {name} = await resolveContext(source({TOKENRY_CONTEXT: 'shelf'}), TINY, 'embedded')
    expect(name).to.equal('embedded')
    expect((await resolveContext(source({TOKENRY_CONTEXT: 'embedded'}), TINY, undefined)).name).to.equal('embedded')
  })

  it('is CONFIG if it is at the vendor itself, and USAGE if it is for another vendor', async () => {
    await keep()
    const far = await expectFailure(resolveContext(source(), TINY, 'far'), 'CONFIG')
    expect(far.message).to.equal('The context far is at tiny, and this version cannot sign in to a context yet')
    const prod = await expectFailure(resolveContext(source(), TINY, 'prod'), 'USAGE')
    expect(prod.message).to.equal('The context prod is for astro, this command is for tiny')
    const service = await expectFailure(resolveEmbedded(source(), 'far'), 'USAGE')
    expect(service.message).to.equal('The context far is for tiny, this command is for embedded')
  })

  it('is CONFIG if the current context does not exist', async () => {
    await keep({contexts: [], current: {tiny: 'gone'}})
    expect((await expectFailure(resolveContext(source(), TINY, undefined), 'CONFIG')).message).to.contain('gone')
  })

  it('is the vendor itself if a variable has a credential, even if a context is current', async () => {
    await keep()
    const resolved = await resolveContext(source({TINY_KEY: ' a-secret\n'}), TINY, undefined)
    const credential = {secret: 'a-secret', source: 'TINY_KEY'}
    expect(resolved).to.deep.equal({name: 'TINY_KEY', vendor: 'tiny', places: {}, credential})
    expect((await resolveContext(source({TINY_KEY: 'a-secret'}), TINY, 'embedded')).name).to.equal('embedded')
  })

  it('uses the first variable that is set, and does not look at the others', async () => {
    const other = {name: 'TINY_OTHER', meaning: 'Another one'}
    const vendor = {...TINY, tool: {...TINY.tool, credentials: [...TINY.tool.credentials, other]}}
    const env = {TINY_KEY: 'first', TINY_OTHER: ''}
    expect((await resolveContext(source(env), vendor, undefined)).credential?.source).to.equal('TINY_KEY')
    const second = await resolveContext(source({TINY_OTHER: 'second'}), vendor, undefined)
    expect(second.credential).to.deep.equal({secret: 'second', source: 'TINY_OTHER'})
    await expectFailure(resolveContext(source({TINY_KEY: '', TINY_OTHER: 'second'}), vendor, undefined), 'CONFIG')
  })

  for (const value of ['', ' ', '\uFEFF\n']) {
    it(`is never the embedded service by accident: TINY_KEY=${JSON.stringify(value)} is CONFIG`, async () => {
      const {message, details} = await expectFailure(
        resolveContext(source({TINY_KEY: value}), TINY, undefined),
        'CONFIG',
      )
      expect(message).to.equal('TINY_KEY is set but empty; is a CI secret missing?')
      expect(details.hint).to.contain('TINY_KEY').and.to.contain('--context embedded')
      expect((await resolveContext(source({TINY_KEY: value}), TINY, 'embedded')).name).to.equal('embedded')
    })
  }

  it('is CONFIG for a companion variable without its credential', async () => {
    const url = {name: 'TINY_URL', meaning: 'Where Tiny is'}
    const vendor = {...TINY, tool: {...TINY.tool, companions: [url]}}
    const {message} = await expectFailure(resolveContext(source({TINY_URL: 'x'}), vendor, undefined), 'CONFIG')
    expect(message).to.equal('TINY_URL is set without TINY_KEY')
  })

  it('does not depend on the variables or the session of another vendor', async () => {
    signIn('.astro/config.yaml', 'contexts:\n  a:\n    token: Bearer abc\n')
    const env = {ASTRO_API_TOKEN: 'x', ASTRO_DOMAIN: ''}
    expect(await resolveContext(source(env), TINY, undefined)).to.deep.equal(EMBEDDED)
  })

  it('is not guessed if the tool of the vendor is signed in', async () => {
    signIn('.tiny', 'key=abc')
    const {message} = await expectFailure(resolveContext(source(), TINY, undefined), 'CONFIG')
    expect(message).to.contain(`Tiny's own tool is signed in on this machine (${join(home, '.tiny')})`)
    await keep()
    expect((await resolveContext(source(), TINY, undefined)).name, 'once a context was chosen').to.equal('shelf')
  })

  it('is the embedded service if the tool of the vendor is signed out, and CONFIG if its session cannot be read', async () => {
    signIn('.tiny', 'none')
    expect(await resolveContext(source(), TINY, undefined)).to.deep.equal(EMBEDDED)
    const folder = {...TINY, tool: {...TINY.tool, session: {...TINY.tool.session, findFile: () => home}}}
    const {message} = await expectFailure(resolveContext(source(), folder, undefined), 'CONFIG')
    expect(message).to.equal(`Cannot read ${home}, which shows whether Tiny's own tool is signed in`)
    const none = {...TINY, tool: {...TINY.tool, session: {...TINY.tool.session, findFile: () => null}}}
    expect(await resolveContext(source(), none, undefined)).to.deep.equal(EMBEDDED)
  })

  function signIn(file: string, content: string): void {
    mkdirSync(join(home, '.astro'))
    writeFileSync(join(home, file), content)
  }
})
