import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {resultOf, TEST_NOW} from '../support/run-tokenry.ts'
import {cellsOf, namesOf, openVendorLists, type VendorLists} from '../support/vendor-lists.ts'

const HOUR_MS = 3_600_000

describe('token list, of the embedded service', () => {
  let at: VendorLists
  beforeEach(() => {
    at = openVendorLists()
  })
  afterEach(async () => at.close())

  it('has the tokens of every vendor: by vendor, then in creation order, of all owners together', async () => {
    await at.makeMotherDuck('duck-1')
    await at.make('deployment token create -n late -r DEPLOYMENT_ADMIN -e 30', TEST_NOW + HOUR_MS)
    await at.makeAstro('early')
    await at.make('motherduck user create etl')
    await at.make('motherduck token create --user etl -n duck-3 -e 30d', TEST_NOW + 2 * HOUR_MS)
    await at.makeMotherDuck('duck-2', TEST_NOW + HOUR_MS)
    await at.make('deployment token create --agent -n agent -e 30', TEST_NOW + HOUR_MS / 2)
    const rows = await at.list('', {nowMs: TEST_NOW + 3 * HOUR_MS})
    expect(namesOf(rows)).to.deep.equal(['early', 'agent', 'late', 'duck-1', 'duck-2', 'duck-3'])
    expect(rows.map(({vendor}) => vendor)).to.deep.equal([...Array(3).fill('astro'), ...Array(3).fill('motherduck')])
    expect(new Set(rows.map(({context}) => context))).to.deep.equal(new Set(['embedded']))
  })

  it('says of each token who owns it, its role or its kind, and when it was used', async () => {
    const {id} = await at.makeAstro('ci')
    const duck = await at.makeMotherDuck('etl')
    const [first, second] = await at.list()
    expect(first).to.deep.include({id, name: 'ci', vendor: 'astro', role: 'WORKSPACE_OWNER', kind: 'STANDARD'})
    expect(first?.owner).to.include({type: 'WORKSPACE'})
    expect(second).to.deep.include({id: duck.id, kind: 'read_write', owner: {type: 'USER', id: 'admin'}})
    expect(second).to.not.have.property('role')
    const [header, ...rows] = cellsOf((await at.run('token list')).stdout)
    expect(header?.slice(0, 6)).to.deep.equal(['ID', 'NAME', 'VENDOR', 'CONTEXT', 'OWNER', 'ROLE OR KIND'])
    expect(header?.slice(6)).to.deep.equal(['CREATED', 'EXPIRES', 'LAST USED', 'LAST ROTATED'])
    expect(rows.map((row) => row[0])).to.deep.equal([id, duck.id])
    expect(rows[0]?.slice(5)).to.deep.equal([
      'WORKSPACE_OWNER',
      '2026-11-22T12:00:00Z',
      '2026-12-22T12:00:00Z',
      'never',
      'never',
    ])
    expect(rows[1]?.slice(2, 6)).to.deep.equal(['motherduck', 'embedded', 'user admin', 'read_write'])
  })

  it('has the tokens of all organizations, of the one in the variable, and none if that is elsewhere', async () => {
    await at.makeAstro('first')
    await at.make('service organization create other')
    const organizations = resultOf<{id: string; name: string}[]>(await at.run('service organization list --json'))
    const other = organizations.find(({name}) => name === 'other')
    const line = `organization token create -n second -r ORGANIZATION_OWNER --organization-id ${other?.id} -e 30`
    await at.make(line, TEST_NOW + HOUR_MS)
    expect(namesOf(await at.list())).to.deep.equal(['first', 'second'])
    const limited = await at.list('', {env: {TOKENRY_ORGANIZATION_ID: other?.id ?? ''}})
    expect(namesOf(limited)).to.deep.equal(['second'])
    expect(await at.list('', {env: {TOKENRY_ORGANIZATION_ID: 'corg'}})).to.deep.equal([])
  })

  it('has those of the organization that a context of embedded names, and is NOT_FOUND if it names none', async () => {
    await at.makeAstro('first')
    await at.make('service organization create other')
    const organizations = resultOf<{id: string; name: string}[]>(await at.run('service organization list --json'))
    const other = organizations.find(({name}) => name === 'other')
    await at.run(`context add lab --vendor embedded --organization-id ${other?.id}`)
    await at.run('context add gone --vendor embedded --organization-id cnone')
    await at.make(`organization token create -n second -r ORGANIZATION_OWNER --context lab -e 30`)
    const rows = await at.list('--context lab')
    expect(rows.map(({name, context}) => [name, context])).to.deep.equal([['second', 'lab']])
    await at.run('context use lab')
    expect((await at.list()).map(({context}) => context)).to.deep.equal(['lab'])
    const refused = await at.run('token list --context gone')
    expect(refused).to.include({exitCode: 6})
    expect(refused.stderr).to.contain('No organization cnone')
  })

  it('is CONFIG if only parts of a store are there, because its tokens may come back', async () => {
    mkdirSync(join(at.home, 'data'))
    writeFileSync(join(at.home, 'data', 'tokenry.db-wal'), 'x', {mode: 0o600})
    const done = await at.run('token list')
    expect(done).to.include({exitCode: 3})
    expect(done.stderr).to.contain('tokenry.db is missing')
    expect(readdirSync(join(at.home, 'data'))).to.deep.equal(['tokenry.db-wal'])
  })

  it('creates no store, and says where it looked', async () => {
    const done = await at.run('token list')
    expect(done).to.include({exitCode: 0})
    expect(cellsOf(done.stdout)).to.have.lengthOf(1)
    expect(done.stderr).to.equal('No token in the context embedded to list; see also: tokenry whoami\n')
    expect(existsSync(join(at.home, 'data'))).to.equal(false)
    expect(await at.list()).to.deep.equal([])
  })

  it('is CONFIG if the store cannot be used, because an empty list would hide the tokens', async () => {
    const done = await at.run('token list', {env: {TOKENRY_DATABASE_URL: 'postgres://db'}})
    expect(done).to.include({exitCode: 3})
    expect(done.stderr).to.contain('TOKENRY_DATABASE_URL is set')
  })

  it('sorts by what all vendors have, and filters as the other lists do', async () => {
    await at.makeAstro('b')
    await at.makeMotherDuck('a')
    await at.make('deployment token create -n c -r DEPLOYMENT_ADMIN -e 1', TEST_NOW + HOUR_MS)
    expect(namesOf(await at.list('--sort name'))).to.deep.equal(['a', 'b', 'c'])
    expect(namesOf(await at.list('--sort -vendor'))).to.deep.equal(['a', 'c', 'b'])
    expect(namesOf(await at.list('--sort owner'))).to.deep.equal(['c', 'a', 'b'])
    expect(namesOf(await at.list('--sort expires'))).to.deep.equal(['c', 'b', 'a'])
    expect(namesOf(await at.list('--expiring-within 2d'))).to.deep.equal(['c'])
    expect(namesOf(await at.list('--vendor motherduck'))).to.deep.equal(['a'])
    const [{shortToken = ''} = {}] = await at.list('--vendor motherduck')
    expect(namesOf(await at.list(`--short-token ${shortToken}`))).to.deep.equal(['a'])
    const later = {nowMs: TEST_NOW + 20 * 24 * HOUR_MS}
    expect(namesOf(await at.list('--unused-for 7d', later))).to.deep.equal(['b', 'c', 'a'])
    const none = await at.run('token list --unused-for 7d')
    expect(none.stderr).to.contain('Good: no token in the context embedded matches --unused-for')
  })

  it('lists the deleted tokens of every vendor with --ended', async () => {
    await at.makeAstro('live')
    const gone = await at.makeAstro('gone')
    const duck = await at.makeMotherDuck('duck')
    await at.make(`workspace token delete ${gone.id} -f`, TEST_NOW + HOUR_MS)
    await at.make(`motherduck token delete ${duck.id} --user admin -f`, TEST_NOW + HOUR_MS)
    const rows = await at.list('--ended', {nowMs: TEST_NOW + 2 * HOUR_MS})
    expect(rows.map(({name, endedAt}) => [name, endedAt])).to.deep.equal([
      ['gone', '2026-11-22T13:00:00Z'],
      ['duck', '2026-11-22T13:00:00Z'],
    ])
    const [header] = cellsOf((await at.run('token list --ended')).stdout)
    expect(header?.at(-1)).to.equal('ENDED')
    expect(namesOf(await at.list())).to.deep.equal(['live'])
  })

  it('omits the header row on request, and refuses an unknown vendor', async () => {
    const {id} = await at.makeAstro('ci')
    expect((await at.run('token list --no-header')).stdout).to.match(new RegExp(`^${id}\tci\t`))
    const refused = await at.run('token list --vendor none')
    expect(refused).to.include({exitCode: 2, stdout: ''})
    expect(refused.stderr).to.contain('--vendor must be one of astro, motherduck')
  })
})
