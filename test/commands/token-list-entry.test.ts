import {join} from 'node:path'
import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenList, Vendor, VendorApi} from '../../src/vendors/vendor.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'
import {issueTinyToken, TINY, TINY_API, TINY_POLICY, WITH_TINY} from '../support/tiny-vendor.ts'
import {cellsOf, namesOf, openVendorLists, type VendorLists} from '../support/vendor-lists.ts'

/** Return the list of vendors with a made-up one whose API has these tokens. */
function tinyWith(withTokens: VendorApi['withTokens'], changes: Partial<VendorApi> = {}): Vendor[] {
  const tiny = {...TINY, loadApi: async () => ({...TINY_API, ...changes, withTokens})}
  return [...WITH_TINY.filter(({name}) => name !== TINY.name), tiny]
}

describe('token list, of one more vendor, by its entry alone', () => {
  let at: VendorLists
  beforeEach(() => {
    at = openVendorLists()
  })
  afterEach(async () => at.close())

  it('has its embedded tokens, without ids and uses', async () => {
    await at.makeAstro('ours')
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    const [organization] = await service.read.listOrganizations()
    const organizationId = organization?.organizationId ?? ''
    await issueTinyToken(service, {organizationId, workspaceId: 'w1'}, {name: 'shelf'})
    await service.close()
    const rows = await at.list('', {vendors: WITH_TINY})
    expect(rows.map(({name, vendor}) => [name, vendor])).to.deep.equal([
      ['ours', 'astro'],
      ['shelf', 'tiny'],
    ])
    expect(rows[1]).to.not.have.any.keys('id', 'kind', 'role', 'lastUsedAt')
    const row = cellsOf((await at.run('token list --vendor tiny --no-header', {vendors: WITH_TINY})).stdout)[0]
    expect(row?.slice(0, 6)).to.deep.equal(['-', 'shelf', 'tiny', 'embedded', 'user w1', 'not reported'])
    expect(row?.slice(-2)).to.deep.equal(['not reported', 'not reported'])
  })

  it('has those of its API, with the places of the context and the credential', async () => {
    const seen: unknown[] = []
    const lists: TokenList[] = [
      {list: async () => [{name: 'b', createdAt: '2026-01-02T00:00:00Z'}]},
      {list: async () => [{name: 'a', createdAt: '2026-01-01T00:00:00Z'}, {name: 'undated'}]},
    ]
    const vendors = tinyWith(
      async ({baseUrl, credential}, _, {places, use}) => {
        seen.push({url: baseUrl.href, credential, places})
        return use(lists)
      },
      {readCredential: () => ({expiresAt: null, places: {drawer: 'claimed', shelf: 's'}})},
    )
    const options = {vendors, env: {TINY_KEY: 'k', TINY_URL: 'http://127.0.0.1:1/v2'}}
    expect(namesOf(await at.list('--vendor tiny', options))).to.deep.equal(['a', 'b', 'undated'])
    const context = {vendor: 'tiny', name: 'top', places: {drawer: 'top'}, credential: {variable: 'OTHER'}}
    await keepSettings(join(at.home, 'config'), {contexts: [context], current: {}}, vendors)
    await at.list('--context top', {...options, env: {OTHER: 'o'}})
    expect(seen).to.deep.equal([
      {url: 'http://127.0.0.1:1/v2', credential: 'k', places: {drawer: 'claimed', shelf: 's'}},
      {url: 'https://api.tiny.example/v2', credential: 'o', places: {drawer: 'top', shelf: 's'}},
    ])
  })

  it('is left out with a warning if it fails, also while its lists are read', async () => {
    await at.makeAstro('ours')
    const fail = async () => {
      throw new AppError('TIMEOUT', 'Tiny did not answer', {hint: 'Try again'})
    }
    for (const vendors of [tinyWith(fail), tinyWith((_, __, {use}) => use([{list: fail}]))]) {
      const done = await at.run('token list --json', {vendors, env: {TINY_KEY: 'k'}})
      expect(done).to.include({exitCode: 9})
      const {result, warnings} = JSON.parse(done.stdout)
      expect(namesOf(result)).to.deep.equal(['ours'])
      expect(warnings).to.deep.equal([
        'The tokens of Tiny (api.tiny.example) are missing: Tiny did not answer. Try again',
      ])
    }
  })

  it('is INTERNAL if it has a bug, which must not look like a vendor that is down', async () => {
    const vendors = tinyWith(async () => {
      throw new TypeError('bug')
    })
    const done = await at.run('token list --json', {vendors, env: {TINY_KEY: 'k'}})
    expect(done).to.include({exitCode: 1})
    expect(JSON.parse(done.stdout).error).to.include({code: 'INTERNAL'})
  })
})
