import {expect} from 'chai'
import type {AstroMintedToken, CreateTokenBody, TokensQuery} from '../../../../src/vendors/astro/api.ts'
import type {TokenSelection} from '../../../../src/vendors/astro/capabilities.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {MOTHERDUCK_POLICY} from '../../../../src/vendors/motherduck/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {openTestService, type TestService} from '../../../support/test-service.ts'

const DAY_MS = 86_400_000

describe('the Astro API on the embedded service', () => {
  let test: TestService
  let owner: EmbeddedAstro

  beforeEach(async () => {
    test = await openTestService()
    owner = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
  })
  afterEach(() => test.service.close())

  const create = (body: Partial<CreateTokenBody> = {}, api = owner) =>
    api.createToken(test.organizationId, {
      name: 'ci',
      role: 'DEPLOYMENT_ADMIN',
      scope: 'DEPLOYMENT',
      entityId: test.deploymentId,
      ...body,
    })

  /** Return the API as the owner of this token, which counts as used. */
  async function as(minted: AstroMintedToken): Promise<EmbeddedAstro> {
    const credential = await test.service.authenticate(ASTRO_POLICY, minted.token)
    return embeddedAstroApi(test.service, {
      kind: 'token',
      actor: {type: 'token', id: credential.token.id},
      ...credential,
    })
  }

  it('names the owner of the store as the creator of a token, and as the caller', async () => {
    const maker = {id: 'local:tester', subjectType: 'USER', fullName: 'tester', username: 'tester'}
    expect(await create()).to.deep.include({createdBy: maker, updatedBy: maker, revision: 1})
    expect(await owner.getSelf()).to.include({id: 'local:tester', username: 'tester', fullName: 'tester'})
  })

  it('shows the owner of the store every organization', async () => {
    const times = {createdAt: test.clock.nowMs, updatedAt: test.clock.nowMs}
    const id = 'corganization000000000000'
    await test.service.read.insertOrganization({organizationId: id, uuid: 'u', name: 'second', ...times})
    const {organizations, totalCount} = await owner.listOrganizations({})
    expect(organizations.map((each) => each.id)).to.have.members([test.organizationId, id])
    expect(totalCount).to.equal(2)
    expect(await owner.getOrganization(id)).to.include({name: 'second'})
  })

  it('refuses an empty list of tags instead of listing every token', () =>
    expectFailure(owner.listTokens(test.organizationId, {dagTags: []}), 'INVALID'))

  it('ends agent tokens with their deployment, and counts them', async () => {
    const {organizationId, deploymentId} = test
    const agent = await owner.createAgentToken(organizationId, deploymentId, {name: 'agent'})
    await create()
    const reference = {organizationId, deploymentId}
    const {endedTokens} = await test.service.deleteDeployment({type: 'local', id: 'tester'}, reference)
    expect(endedTokens).to.equal(2)
    expect(await test.service.verify(agent.token)).to.include({valid: false, reason: 'deleted'})
  })

  it('refuses a write that is based on an older revision', async () => {
    const {id, roles} = await create()
    const seen = {revision: 1}
    const written = await owner.updateSeenToken(test.organizationId, id, {name: 'first'}, seen)
    expect(written).to.include({name: 'first', revision: 2})
    const writes = [
      owner.updateSeenToken(test.organizationId, id, {name: 'second'}, seen),
      owner.updateSeenTokenRoles(test.organizationId, id, roles, seen),
    ]
    for (const write of writes) {
      expect((await expectFailure(write, 'CONFLICT')).message).to.contain(`${id} was changed by someone else`)
    }
    expect(await owner.getToken(test.organizationId, id)).to.include({name: 'first', revision: 2})
    const role = {entityType: 'DEPLOYMENT', entityId: test.deploymentId, role: 'deployer'} as const
    const custom = {name: 'deployer', scopeType: 'DEPLOYMENT', description: ''}
    await test.service.createRole(
      ASTRO_POLICY,
      {type: 'local', id: 'tester'},
      {organizationId: test.organizationId, ...custom},
    )
    await owner.updateSeenTokenRoles(test.organizationId, id, [role], {revision: 2})
    expect(await owner.getToken(test.organizationId, id)).to.deep.include({roles: [role], revision: 3})
  })

  it('accepts a write that names no revision', async () => {
    const {id, roles} = await create()
    await owner.updateToken(test.organizationId, id, {name: 'first'})
    await owner.updateToken(test.organizationId, id, {name: 'second'})
    await owner.updateTokenRoles(test.organizationId, id, roles)
    expect(await owner.getToken(test.organizationId, id)).to.include({name: 'second', revision: 4})
  })

  it('removes DAG roles with their deployment, and records it in the audit trail', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const wide = await create({name: 'wide', scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
    const dag = {entityType: 'DAG' as const, entityId: 'etl', role: 'DAG_VIEWER', deploymentId: test.deploymentId}
    await owner.updateTokenRoles(test.organizationId, wide.id, [...wide.roles, dag])
    const reference = {organizationId: test.organizationId, deploymentId: test.deploymentId}
    await test.service.deleteDeployment(actor, reference)
    expect((await owner.getToken(test.organizationId, wide.id)).roles).to.deep.equal(wide.roles)
    const trail = await test.service.read.listAudit(test.organizationId)
    expect(trail.filter(({action, targetId}) => action === 'token.roles' && targetId === wide.id)).to.have.lengthOf(2)
  })

  it('leaves no valid token that is created while its deployment is deleted', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const reference = {organizationId: test.organizationId, deploymentId: test.deploymentId}
    const [before, deleted, ...others] = await Promise.allSettled([
      create({name: 'before'}),
      test.service.deleteDeployment(actor, reference),
      ...Array.from({length: 8}, (_, index) => create({name: `meanwhile-${index}`})),
    ])
    expect([before.status, deleted.status]).to.deep.equal(['fulfilled', 'fulfilled'])
    for (const attempt of [before, ...others]) {
      if (attempt.status === 'rejected') continue
      expect(await test.service.verify(attempt.value.token)).to.include({valid: false, reason: 'deleted'})
    }
    await expectFailure(create({name: 'after'}), 'NOT_FOUND')
    expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
  })

  it('does not create a token with a role that is deleted concurrently', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const role = {organizationId: test.organizationId, vendor: 'astro', name: 'deployer'}
    await test.service.createRole(ASTRO_POLICY, actor, {...role, scopeType: 'DEPLOYMENT', description: ''})
    const attempts = await Promise.allSettled([
      test.service.deleteRole(ASTRO_POLICY, actor, role),
      create({role: 'deployer'}),
    ])
    expect(attempts.map(({status}) => status)).to.have.members(['fulfilled', 'rejected'])
    const roles = await test.service.read.listRoles(test.organizationId, 'astro')
    const {totalCount} = await owner.listTokens(test.organizationId, {})
    expect(totalCount).to.equal(roles.length)
  })

  it('lists the first tokens whose name or id begins with a text, of one scope and owner', async () => {
    const {organizationId, deploymentId, workspaceId} = test
    const of = (scope: 'WORKSPACE' | 'ORGANIZATION', entityId: string, role: string) => ({scope, entityId, role})
    const createLater = (body: Partial<CreateTokenBody>) => {
      test.clock.nowMs += 1000
      return create(body)
    }
    for (const name of ['ci-1', 'ci-2', 'nightly']) await createLater({name})
    await createLater({name: 'ci-team', ...of('WORKSPACE', workspaceId, 'WORKSPACE_MEMBER')})
    const {id} = await createLater({name: 'ci-all', ...of('ORGANIZATION', organizationId, 'ORGANIZATION_MEMBER')})
    const list = async (selection: Partial<TokenSelection>, query: TokensQuery = {}) => {
      const all = {prefix: '', limit: 10, ...selection}
      return (await owner.listLiveTokensByPrefix(organizationId, query, all)).map(({name}) => name)
    }
    expect(await list({prefix: 'ci-'})).to.deep.equal(['ci-1', 'ci-2', 'ci-team', 'ci-all'])
    expect(await list({prefix: 'ci-'}, {deploymentId})).to.deep.equal(['ci-1', 'ci-2'])
    expect(await list({prefix: 'ci-', limit: 1})).to.deep.equal(['ci-1'])
    expect(await list({prefix: id})).to.deep.equal(['ci-all'])
    expect(await list({scope: 'WORKSPACE', limit: 1})).to.deep.equal(['ci-team'])
    expect(await list({scope: 'WORKSPACE', ownerId: deploymentId})).to.deep.equal([])
    await expectFailure(list({}, {deploymentId: 'none'}), 'NOT_FOUND')
    const member = await as(await create({name: 'member', ...of('WORKSPACE', workspaceId, 'WORKSPACE_MEMBER')}))
    await expectFailure(
      member.listLiveTokensByPrefix(organizationId, {deploymentId}, {prefix: '', limit: 1}),
      'FORBIDDEN',
    )
  })

  it('lists deleted tokens in the order of their end', async () => {
    const ids = []
    for (const name of ['a', 'b', 'c']) {
      test.clock.nowMs += 1000
      ids.push((await create({name})).id)
    }
    for (const id of ids.toReversed()) {
      test.clock.nowMs += 1000
      await owner.deleteToken(test.organizationId, id)
    }
    const ended = await owner.listEndedTokens(test.organizationId, {})
    expect(ended.map(({name}) => name)).to.deep.equal(['c', 'b', 'a'])
    expect(ended.map(({endedAt}) => endedAt)).to.deep.equal([4, 5, 6].map((at) => `2026-11-22T12:00:0${at}Z`))
  })

  it('shows until when an older secret works, while it works', async () => {
    const {id, token} = await create()
    const staged = await owner.beginRotation(test.organizationId, id, {graceMs: 3_600_000})
    expect(staged.token).to.include({id, graceUntil: '2026-11-22T13:00:00Z'})
    const shown = async () => {
      const {tokens} = await owner.listTokens(test.organizationId, {})
      const found = await owner.getToken(test.organizationId, id)
      expect(tokens).to.deep.equal([found])
      return found
    }
    expect(await shown()).to.include({graceUntil: null})
    expect(await staged.finish()).to.include({graceUntil: '2026-11-22T13:00:00Z'})
    expect(await shown()).to.include({graceUntil: '2026-11-22T13:00:00Z'})
    expect((await test.service.authenticate(ASTRO_POLICY, token)).token.id).to.equal(id)
    await expectFailure(owner.rotateToken(test.organizationId, id), 'CONFLICT')
    test.clock.nowMs += 3_600_000
    expect(await shown()).to.include({graceUntil: null})
  })

  it('rotates during a grace if all secrets are to end', async () => {
    const first = await create()
    await (await owner.beginRotation(test.organizationId, first.id, {graceMs: DAY_MS})).finish()
    const last = await owner.beginRotation(test.organizationId, first.id, {endAllValues: true})
    expect(await last.finish()).to.include({graceUntil: null})
    await expectFailure(test.service.authenticate(ASTRO_POLICY, first.token), 'UNAUTHENTICATED')
    expect((await test.service.authenticate(ASTRO_POLICY, last.token.token)).token.id).to.equal(first.id)
  })

  for (const [what, make, find, remove, removeUnused] of [
    [
      'token',
      () => create(),
      (id: string) => owner.getToken(test.organizationId, id),
      (id: string) => owner.deleteToken(test.organizationId, id),
      (id: string) => owner.deleteUnusedToken(test.organizationId, id, {unusedForMs: DAY_MS}),
    ],
    [
      'agent token',
      () => owner.createAgentToken(test.organizationId, test.deploymentId, {name: 'agent'}),
      (id: string) => owner.getAgentToken(test.organizationId, test.deploymentId, id),
      (id: string) => owner.deleteAgentToken(test.organizationId, test.deploymentId, id),
      (id: string) => owner.deleteUnusedAgentToken(test.organizationId, test.deploymentId, id, {unusedForMs: DAY_MS}),
    ],
  ] as const) {
    it(`with unusedForMs, does not delete a ${what} that was used within that time`, async () => {
      const [used, unused] = [await make(), await make()]
      await test.service.authenticate(ASTRO_POLICY, used.token)
      await test.service.settle()
      const before = await find(used.id)
      await expectFailure(removeUnused(used.id), 'CHECK_FAILED')
      expect(await find(used.id)).to.deep.equal(before)
      expect(await test.service.verify(used.token)).to.include({valid: true})
      await removeUnused(unused.id)
      await expectFailure(find(unused.id), 'NOT_FOUND')
      test.clock.nowMs += DAY_MS + 61_000
      await removeUnused(used.id)
      await expectFailure(find(used.id), 'NOT_FOUND')
    })

    it(`without unusedForMs, deletes a ${what} that was used`, async () => {
      const {id, token} = await make()
      await test.service.authenticate(ASTRO_POLICY, token)
      await remove(id)
      expect(await test.service.verify(token)).to.include({valid: false, reason: 'deleted'})
    })
  }

  it('accepts a secret only in its own dialect', async () => {
    const {token} = await create()
    await expectFailure(test.service.authenticate(MOTHERDUCK_POLICY, token), 'UNAUTHENTICATED')
  })

  it('records the first use immediately, then at most one use a minute', async () => {
    const {id, token} = await create()
    const lastUse = async () => {
      await test.service.settle()
      return (await owner.getToken(test.organizationId, id)).lastUsedAt
    }
    expect(await lastUse()).to.equal(undefined)
    await test.service.authenticate(ASTRO_POLICY, token)
    expect(await lastUse()).to.equal('2026-11-22T12:00:00Z')
    test.clock.nowMs += 59_000
    await test.service.authenticate(ASTRO_POLICY, token)
    expect(await lastUse()).to.equal('2026-11-22T12:00:00Z')
    test.clock.nowMs += 1_000
    await test.service.authenticate(ASTRO_POLICY, token)
    expect(await lastUse()).to.equal('2026-11-22T12:01:00Z')
  })

  it('records who did what in the audit trail, in the transaction of the change, and never a secret', async () => {
    const minted = await create()
    await owner.updateToken(test.organizationId, minted.id, {name: 'new'})
    const rotated = await owner.rotateToken(test.organizationId, minted.id)
    await owner.deleteToken(test.organizationId, minted.id)
    await expectFailure(create({name: ''}), 'INVALID')
    const trail = await test.service.read.listAudit(test.organizationId)
    expect(trail.map(({action}) => action)).to.deep.equal([
      'token.create',
      'token.update',
      'token.rotate',
      'token.delete',
    ])
    for (const row of trail) {
      expect(row).to.include({actorType: 'local', actorId: 'tester', targetId: minted.id})
      for (const {token} of [minted, rotated]) expect(row.detail).to.not.contain(token.slice(100, 140))
    }
  })

  for (const [what, end] of [
    ['rotated', (id: string) => owner.rotateToken(test.organizationId, id)],
    ['rotated with a grace that has passed since', endByGrace],
    ['expired', expire],
  ] as const) {
    it(`refuses every change by a secret that was ${what} since it was authenticated, no matter what its token may do`, async () => {
      const wide = {
        scope: 'ORGANIZATION',
        role: 'ORGANIZATION_OWNER',
        entityId: '',
        tokenExpiryPeriodInDays: 1,
      } as const
      const thief = await create({...wide, name: 'thief'})
      const agent = await owner.createAgentToken(test.organizationId, test.deploymentId, {name: 'agent'})
      const other = await create({name: 'other'})
      const api = await as(thief)
      await test.service.settle()
      await end(thief.id)
      const before = await owner.getToken(test.organizationId, thief.id)
      const org = test.organizationId
      const role = {entityType: 'ORGANIZATION', entityId: org, role: 'ORGANIZATION_MEMBER'} as const
      for (const run of [
        () => create({...wide, name: 'new'}, api),
        () => api.rotateToken(org, thief.id),
        () => api.updateToken(org, other.id, {name: 'taken'}),
        () => api.updateTokenRoles(org, thief.id, [role]),
        () => api.deleteToken(org, other.id),
        () => api.createAgentToken(org, test.deploymentId, {name: 'new'}),
        () => api.deleteAgentToken(org, test.deploymentId, agent.id),
      ]) {
        await expectFailure(run(), 'UNAUTHENTICATED')
      }
      expect(await owner.getToken(org, thief.id)).to.deep.equal(before)
      expect((await owner.listTokens(org, {})).totalCount).to.equal(2)
      expect((await owner.listAgentTokens(org, test.deploymentId, {})).totalCount).to.equal(1)
    })
  }

  async function expire(): Promise<void> {
    test.clock.nowMs += DAY_MS
  }

  async function endByGrace(id: string): Promise<void> {
    await (await owner.beginRotation(test.organizationId, id, {graceMs: 1000})).finish()
    test.clock.nowMs += 1000
  }

  it('accepts changes by a secret in grace while the grace lasts', async () => {
    const minted = await create({scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER', entityId: ''})
    const api = await as(minted)
    await (await owner.beginRotation(test.organizationId, minted.id, {graceMs: 1000})).finish()
    expect(await create({name: 'made in grace'}, api)).to.include({name: 'made in grace'})
  })

  it('refuses changes by a token that was deleted since it was authenticated', async () => {
    const admin = await create({name: 'admin'})
    const api = await as(admin)
    await owner.deleteToken(test.organizationId, admin.id)
    await expectFailure(create({name: 'late'}, api), 'UNAUTHENTICATED')
    expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
  })
})
