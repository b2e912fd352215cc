import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'

const DAY_MS = 86_400_000

interface Listed {
  id: string
  name: string
  role: string | null
  scope: string
  kind: string
  entityId: string
  shortToken: string
  expiresAt: string | null
  lastUsedAt: string | null
  lastRotatedAt: string | null
}

const ROLES = {
  deployment: {strong: 'DEPLOYMENT_ADMIN', weak: 'deployer'},
  workspace: {strong: 'WORKSPACE_OWNER', weak: 'WORKSPACE_ACCESSOR'},
  organization: {strong: 'ORGANIZATION_OWNER', weak: 'ORGANIZATION_OBSERVE_ADMIN'},
} as const

describe('a list of API tokens', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    const {strong, weak} = ROLES[scope]

    it(`shows role, kind, short token, expiry, last use and last rotation, and sorts and filters by each: ${scope} token list (fault 35)`, async () => {
      await astro.run('service role create deployer')
      const days = (count: number) => ({nowMs: TEST_NOW - count * DAY_MS})
      const old = await astro.make(scope, 'old', '-e 95', days(90))
      const direct = await astro.make(scope, 'direct', `-r ${weak} --kind DIRECT_ACCESS -e 200`, days(60))
      await astro.make(scope, 'Never', '-e never', days(30))
      await astro.use(old.token, TEST_NOW - 20 * DAY_MS)
      await astro.use(direct.token, TEST_NOW - 10 * DAY_MS)
      const rotated = await astro.json<{token: string}>(`${scope} token rotate -t old -f`, days(5))

      const list = (flags = '') => astro.json<Listed[]>(`${scope} token list${flags}`)
      const names = async (flags: string) => (await list(flags)).map(({name}) => name)
      expect((await list()).find(({name}) => name === 'old')).to.include({
        role: strong,
        scope: scope.toUpperCase(),
        kind: 'STANDARD',
        shortToken: rotated.token.slice(-8),
        expiresAt: '2027-02-20T12:00:00Z',
        lastUsedAt: '2026-11-02T12:00:00Z',
        lastRotatedAt: '2026-11-17T12:00:00Z',
      })
      const inOrder: Record<string, string[]> = {
        name: ['direct', 'Never', 'old'],
        created: ['old', 'direct', 'Never'],
        expires: ['old', 'direct', 'Never'].sort(byExpiry(await list())),
        'last-used': ['old', 'direct', 'Never'],
        'last-rotated': ['old', 'direct', 'Never'],
        kind: ['direct', 'old', 'Never'],
      }
      for (const [key, order] of Object.entries(inOrder))
        expect(await names(` --sort ${key}`), key).to.deep.equal(order)
      expect(await names(' --sort -created')).to.deep.equal(['Never', 'direct', 'old'])
      expect(await names(' --sort -last-used')).to.deep.equal(['direct', 'old', 'Never'])
      for (const [key, field] of [
        ['role', 'role'],
        ['short-token', 'shortToken'],
        ['scope', 'scope'],
      ] as const) {
        const values = (await list(` --sort ${key}`)).map((token) => String(token[field]))
        expect(values, key).to.deep.equal([...values].sort())
      }
      expect(await names(' --kind DIRECT_ACCESS')).to.deep.equal(['direct'])
      expect(await names(' --kind STANDARD')).to.have.members(['old', 'Never'])
      expect(await names(` -r ${weak}`)).to.deep.equal(['direct'])
      expect(await names(` --short-token ${rotated.token.slice(-8)}`)).to.deep.equal(['old'])
      for (const window of ['91', '91d', '13w', '3mo1d', '90d1h', 'P91D', 'P3MT24H']) {
        expect(await names(` --expiring-within ${window}`), window).to.deep.equal(['old'])
      }
      // A secret that was just created or rotated has had no time to be used.
      expect(await names(' --unused-for 5d')).to.have.members(['old', 'direct', 'Never'])
      expect(await names(' --unused-for 15d')).to.deep.equal(['Never'])
      expect(await names(' --unused-for 31d')).to.deep.equal([])
      expect(await names(' --not-rotated-for 40d')).to.deep.equal(['direct'])
      expect(await names(' --not-rotated-for 4d --unused-for 5d --kind STANDARD')).to.have.members(['old', 'Never'])
      for (const flags of ['--kind SPECIAL', '--sort size', '--unused-for soon', '--not-rotated-for 0d']) {
        await astro.refused(`${scope} token list ${flags}`, {exitCode: 2})
      }
    })

    it(`succeeds if a filter matches nothing: ${scope} token list`, async () => {
      await astro.make(scope, 'ci')
      expect(await astro.json(`${scope} token list --role NONE`)).to.deep.equal([])
      const filtered = await astro.run(`${scope} token list --role NONE --unused-for 3d`)
      expect(filtered.stderr).to.match(/^No API token in .+ matches --role, --unused-for; leave it out to see all\n$/)
      const ended = await astro.run(`${scope} token list --ended`)
      expect(ended.stderr).to.match(/^No deleted API token to list in .+; leave out --ended to see live tokens\n$/)
    })
  }

  it('shows tokens of wider scopes with their role here, and the nested lists show only those', async () => {
    await astro.make('deployment', 'own')
    await astro.make('workspace', 'team')
    await astro.make('organization', 'ops')
    await astro.make('organization', 'elsewhere')
    await astro.json('deployment token organization-token add -n ops -r DEPLOYMENT_ADMIN')
    await astro.json('deployment token workspace-token add -n team -r DEPLOYMENT_ADMIN')
    await astro.json('workspace token add -n ops -r WORKSPACE_MEMBER')
    const rolesIn = async (list: string) =>
      Object.fromEntries((await astro.json<Listed[]>(list)).map(({name, role}) => [name, role]))
    expect(await rolesIn('deployment token list')).to.deep.equal({
      own: 'DEPLOYMENT_ADMIN',
      team: 'DEPLOYMENT_ADMIN',
      ops: 'DEPLOYMENT_ADMIN',
    })
    expect(await rolesIn('deployment token organization-token list')).to.deep.equal({ops: 'DEPLOYMENT_ADMIN'})
    expect(await rolesIn('deployment token workspace-token list')).to.deep.equal({team: 'DEPLOYMENT_ADMIN'})
    expect(await rolesIn('workspace token list')).to.deep.equal({team: 'WORKSPACE_OWNER', ops: 'WORKSPACE_MEMBER'})
    expect(await rolesIn('workspace token organization-token list')).to.deep.equal({ops: 'WORKSPACE_MEMBER'})
    expect(await rolesIn('organization token list')).to.deep.equal({
      ops: 'ORGANIZATION_OWNER',
      elsewhere: 'ORGANIZATION_OWNER',
    })
  })

  it('shows every token of the organization with --all, each with its entity and its role there', async () => {
    const other = await astro.json<{id: string}>('service deployment create other')
    await astro.make('deployment', 'far', `--deployment-id ${other.id}`)
    await astro.make('workspace', 'team')
    await astro.make('organization', 'ops')
    await astro.json('workspace token add -n ops -r WORKSPACE_MEMBER')
    const all = await astro.json<Listed[]>('organization token list --all')
    const shown = all.map(({name, scope, entityId, role}) => [name, scope, entityId, role])
    expect(shown).to.have.deep.members([
      ['far', 'DEPLOYMENT', other.id, 'DEPLOYMENT_ADMIN'],
      ['team', 'WORKSPACE', astro.workspaceId, 'WORKSPACE_OWNER'],
      ['ops', 'ORGANIZATION', astro.organizationId, 'ORGANIZATION_OWNER'],
    ])
    const {stdout} = await astro.run('organization token list --all --sort name')
    expect(stdout).to.match(/^ID\tNAME\tROLE\tSCOPE\tBELONGS TO\tKIND\t/)
    expect(stdout).to.contain(`\tfar\tDEPLOYMENT_ADMIN\tDEPLOYMENT\t${other.id}\tSTANDARD\t`)
    const named = await astro.json<(Listed & {entityName: string})[]>('organization token list --all --sort name')
    expect(named.map(({name, entityName}) => [name, entityName])).to.deep.equal([
      ['far', 'other'],
      ['ops', 'default'],
      ['team', 'default'],
    ])
    await astro.json('workspace token delete -t team -f')
    const ended = await astro.json<Listed[]>('organization token list --all --ended')
    expect(ended.map(({name, entityId}) => [name, entityId])).to.deep.equal([['team', astro.workspaceId]])
  })

  it('fits into 80 columns with readable roles and whole ids, even with long names and a grace period', async () => {
    const name = 'deploys-the-nightly-build-of-everything'
    const {id} = await astro.make('workspace', name, '-d something-that-takes-a-while-to-read -e 3650')
    await astro.json(`workspace token rotate ${id} -f --grace 7d`)
    await astro.make('workspace', 'x', '-r WORKSPACE_OPERATOR -e 3650', {nowMs: TEST_NOW - 59 * DAY_MS})
    for (const flags of ['', ' --ended']) {
      const {stdout} = await astro.run(`workspace token list${flags}`, {
        tty: true,
        columns: 80,
        env: {NO_COLOR: '1'},
        nowMs: TEST_NOW + 59 * 60_000,
      })
      for (const line of stdout.split('\n')) expect(line.length, line).to.be.at.most(80)
    }
    const {stdout} = await astro.run('workspace token list', {tty: true, columns: 80, env: {NO_COLOR: '1'}})
    expect(stdout).to.contain(id).and.to.contain('IN GRACE UNTIL')
    await astro.json(`workspace token delete ${id} -f`)
    const plain = await astro.run('workspace token list', {tty: true, columns: 80, env: {NO_COLOR: '1'}})
    expect(plain.stdout).to.contain('WORKSPACE_OPERATOR').and.to.contain('LAST USED')
    for (const line of plain.stdout.split('\n')) expect(line.length, line).to.be.at.most(80)
  })
})

function byExpiry(tokens: Listed[]): (a: string, b: string) => number {
  const endOf = (name: string) => tokens.find((token) => token.name === name)?.expiresAt ?? '9999'
  return (a, b) => (endOf(a) < endOf(b) ? -1 : 1)
}
