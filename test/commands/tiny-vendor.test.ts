import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {StoreSession} from '../../src/service/store/store.ts'
import type {IssuedToken, TokenSpec} from '../../src/service/tokens/issue.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {type Run, resultOf, TEST_NOW} from '../support/run-tokenry.ts'
import {issueTinyToken, TINY, TINY_POLICY, WITH_TINY} from '../support/tiny-vendor.ts'

describe('one more vendor in the list', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  const run = (words: string, stdin = ''): Promise<Run> => at.run(words, {vendors: WITH_TINY, stdin})
  const json = async <Result = Record<string, unknown>>(words: string, stdin = ''): Promise<Result> =>
    resultOf<Result>(await run(`${words} --json`, stdin))

  async function issue(changes: Partial<TokenSpec> = {}, workspaceId = at.workspaceId): Promise<IssuedToken> {
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    try {
      return await issueTinyToken(service, {organizationId: at.organizationId, workspaceId}, changes)
    } finally {
      await service.close()
    }
  }

  describe('its variables', () => {
    it('are listed by `help environment` after those of the vendors before it', async () => {
      const {variables} = await json<{variables: {name: string; meaning: string}[]}>('help environment')
      const names = variables.map(({name}) => name)
      expect(names.indexOf('TINY_KEY')).to.equal(names.indexOf('DS_ENDPOINT') + 1)
      expect(variables).to.deep.include({name: 'TINY_KEY', meaning: 'A credential of Tiny'})
      expect((await run('help environment')).stdout).to.contain('TINY_KEY')
      expect((await at.run('help environment')).stdout).to.not.contain('TINY_KEY')
    })

    it('are refused if they are not UTF-8', async () => {
      const env = {TINY_KEY: 'caf\ufffd'}
      const refused = await at.run('deployment list', {vendors: WITH_TINY, env})
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain('TINY_KEY is not UTF-8').and.to.not.contain('caf')
      expect(await at.run('deployment list', {env})).to.include({exitCode: 0})
    })

    it('do not matter to commands of another vendor', async () => {
      const done = await at.run('deployment list', {vendors: WITH_TINY, env: {TINY_KEY: 'x'}})
      expect(done).to.include({exitCode: 0})
    })
  })

  it('can have a context, and a program without the vendor refuses that context by name', async () => {
    const contexts = [{vendor: 'tiny', name: 'shelf', places: {drawer: 'top'}}]
    await keepSettings(join(at.home, 'config'), {contexts, current: {tiny: 'shelf'}}, WITH_TINY)
    expect(await run('deployment list')).to.include({exitCode: 0})
    expect((await run('service workspace list --context shelf')).stderr).to.contain('The context shelf is for tiny')
    const refused = await at.run('deployment list')
    expect(refused).to.include({exitCode: 3, stdout: ''})
    expect(refused.stderr).to.contain('contexts.tiny is not for one of embedded, astro')
  })

  describe('token verify', () => {
    it('shows one of its tokens', async () => {
      const {secret, token} = await issue()
      expect(await json('token verify', secret)).to.deep.include({
        valid: true,
        reason: null,
        id: token.id,
        name: 'tiny key',
        scope: 'WORKSPACE',
        role: null,
        entityId: at.workspaceId,
        organizationId: at.organizationId,
        expiresAt: '2026-11-22T12:10:00Z',
      })
      expect((await run('token verify', secret)).stdout)
        .to.contain('valid')
        .and.to.contain(token.id)
    })

    for (const [what, {changes, validFor, hint}] of Object.entries({
      'rotates a token if the new secret would live long enough': {
        changes: {lifetimeMs: 600_000},
        validFor: '10m',
        hint: /^Rotate it with: tokenry tiny token rotate tiny:/,
      },
      'creates another token if a rotated one would end too soon as well': {
        changes: {lifetimeMs: 60_000},
        validFor: '10m',
        hint: /would not live that long either; create a token with a longer lifetime: tokenry tiny token create$/,
      },
      'creates another token of a kind that cannot be rotated': {
        changes: {kind: 'stamp'},
        validFor: '10m',
        hint: /^Create another one with: tokenry tiny token create$/,
      },
      'names the limit if no token of the vendor can live that long': {
        changes: {},
        validFor: '901s',
        hint: /^No key of Tiny can live that long \(60 to 900 seconds\); .* with: tokenry tiny token create$/,
      },
    })) {
      it(`has a hint that ${what}`, async () => {
        const {secret} = await issue(changes)
        // Check one second later, so that each token has less time left than at its start.
        const late = {vendors: WITH_TINY, stdin: secret, nowMs: TEST_NOW + 1000}
        const refused = await at.run(`token verify --json --valid-for ${validFor}`, late)
        expect(refused).to.include({exitCode: 10, stderr: ''})
        const {result, error} = JSON.parse(refused.stdout)
        expect(result).to.include({valid: true, reason: 'ends too soon'})
        expect(error.hint).to.match(hint)
      })
    }

    it('works without a hint for a token of a vendor that the program does not have', async () => {
      const {secret, token} = await issue()
      expect(resultOf(await at.run('token verify --json', {stdin: secret}))).to.include({valid: true, id: token.id})
      const refused = await at.run('token verify --json --valid-for 1h', {stdin: secret})
      expect(refused).to.include({exitCode: 10, stderr: ''})
      expect(JSON.parse(refused.stdout).error.message).to.contain('sooner than required')
    })

    it('shows that a token of the vendor has expired', async () => {
      const {secret} = await issue()
      const late = await at.run('token verify --json', {
        vendors: WITH_TINY,
        stdin: secret,
        nowMs: TEST_NOW + 600_000,
      })
      expect(late.exitCode).to.equal(10)
      expect(resultOf(late)).to.include({valid: false, reason: 'expired', endedAt: '2026-11-22T12:10:00Z'})
    })
  })

  describe('its tokens', () => {
    const reasonOf = async ({secret}: IssuedToken): Promise<unknown> => (await json('token verify', secret))['reason']

    it('are counted in the lists of the service, together with those of other vendors', async () => {
      await issue()
      await issue({scope: 'DEPLOYMENT', ownerId: at.deploymentId})
      await at.make('workspace', 'astro')
      const [organization] = await json<{tokenCount: number}[]>('service organization list')
      expect(organization?.tokenCount).to.equal(3)
      const [workspace] = await json<{tokenCount: number}[]>('service workspace list')
      expect(workspace?.tokenCount).to.equal(3)
      const [deployment] = await json<{tokenCount: number}[]>('service deployment list')
      expect(deployment?.tokenCount).to.equal(1)
    })

    it('end with the workspace and the deployments that they belong to, as those of other vendors do', async () => {
      const workspace = await json<{id: string}>('service workspace create data')
      const deployment = await json<{id: string}>(`service deployment create d --workspace-id ${workspace.id}`)
      const own = await issue({}, workspace.id)
      const below = await issue({scope: 'DEPLOYMENT', ownerId: deployment.id})
      const elsewhere = await issue()
      const astro = await at.make('workspace', 'ci', `--workspace-id ${workspace.id}`)
      const deleted = await json('service workspace delete data --force --confirm data')
      expect(deleted).to.include({tokenCount: 3, deploymentCount: 1})
      expect(await reasonOf(own)).to.equal('deleted')
      expect(await reasonOf(below)).to.equal('deleted')
      expect(await at.valid(astro.token)).to.equal(false)
      expect(await reasonOf(elsewhere)).to.equal(null)
    })

    it('end with a deployment', async () => {
      const own = await issue({scope: 'DEPLOYMENT', ownerId: at.deploymentId})
      const other = await issue()
      expect(await json('service deployment delete default --force --confirm default')).to.include({tokenCount: 1})
      expect(await reasonOf(own)).to.equal('deleted')
      expect(await reasonOf(other)).to.equal(null)
    })

    it('end with an organization, even in a program without the vendor', async () => {
      await at.json('service organization create other')
      const own = await issue()
      const done = resultOf(await at.run('service organization delete default --force --confirm default --json'))
      expect(done).to.include({tokenCount: 1})
      expect(await reasonOf(own)).to.equal('deleted')
    })

    it('lose their roles on a deleted entity, and the audit trail shows it', async () => {
      const role = (entityId: string) => ({entityType: 'DEPLOYMENT', entityId, deploymentId: null, role: 'reader'})
      const other = await json<{id: string}>('service deployment create other')
      const {token} = await issue({roles: [role(at.deploymentId), role(other.id)]})
      const before = token.revision
      await json(`service deployment delete ${other.id} --force`)
      const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
      const found = await service.read.findToken(at.organizationId, TINY.name, token.id)
      const trail = await service.read.listAudit(at.organizationId)
      await service.close()
      expect(found).to.deep.include({roles: [role(at.deploymentId)], revision: before + 1})
      expect(trail.filter(({action}) => action === 'token.roles').map(({targetId}) => targetId)).to.deep.equal([
        token.id,
      ])
    })
  })

  it('runs its seed once for each organization, also of a store that already exists', async () => {
    let runs = 0
    const vendors = [
      ...VENDORS,
      {
        ...TINY,
        async seed(session: StoreSession, {organizationId, nowMs}: {organizationId: string; nowMs: number}) {
          runs += 1
          const times = {createdAt: nowMs, updatedAt: nowMs}
          const names = {id: `tiny-${organizationId}`, kind: 'clerk', name: 'Clerk', nameKey: 'clerk', email: null}
          const rest = {admin: true, settings: null, ...times}
          await session.insertAccount({organizationId, vendor: 'tiny', ...names, ...rest})
        },
      },
    ]
    for (let again = 0; again < 3; again++) {
      expect(await at.run('deployment list', {vendors})).to.include({exitCode: 0})
    }
    expect(await at.run('service organization create second', {vendors})).to.include({exitCode: 0})
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    const accounts = await service.read.listAccounts(at.organizationId, 'tiny')
    const seeded = await service.read.listSeededVendors()
    await service.close()
    expect([runs, accounts.map(({name}) => name)]).to.deep.equal([2, ['Clerk']])
    expect(seeded).to.have.members(['motherduck', 'deltastream', 'tiny'])
  })

  it('does not change `service role` and `service user`, which belong to the vendor that has roles and people', async () => {
    expect(await json('service role create deployer')).to.include({scope: 'DEPLOYMENT'})
    expect(await json('service role list')).to.have.lengthOf(1)
    expect(await json('service user create ann@example.com')).to.include({email: 'ann@example.com'})
    expect(await json('service user delete ANN@example.com --force')).to.include({email: 'ann@example.com'})
  })

  it('takes over `service user` if it is the only vendor with people', async () => {
    const people = {...TINY, loadPeople: async () => ({accountKind: 'clerk', foldEmail: (email: string) => email})}
    const others = VENDORS.map(({loadPeople: _, ...vendor}) => vendor)
    const vendors = [...others, people]
    expect(await at.run('service user create ann@example.com', {vendors})).to.include({exitCode: 0})
    expect(resultOf(await at.run('service user list --json'))).to.deep.equal([])
    const machines = {...people, loadPeople: async () => ({...(await people.loadPeople()), accountKind: 'machine'})}
    const listed = await at.run('service user list --json', {vendors: [...others, machines]})
    expect(resultOf(listed), 'accounts of another kind are not people').to.deep.equal([])
    const refused = await at.run('service user delete ANN@example.com --force', {vendors})
    expect(refused).to.include({exitCode: 6, stdout: ''})
    expect(refused.stderr).to.contain('No user ANN@example.com')
    expect(await at.run('service user delete ann@example.com --force', {vendors})).to.include({exitCode: 0})
  })

  it('is an INTERNAL error if it has people next to another one: nothing is guessed', async () => {
    const people = {...TINY, loadPeople: async () => ({accountKind: 'clerk', foldEmail: (email: string) => email})}
    await at.refused('service user create ann@example.com', {exitCode: 1}, {vendors: [...VENDORS, people]})
  })
})
