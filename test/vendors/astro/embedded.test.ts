import {expect} from 'chai'
import type {AstroMintedToken, CreateTokenBody} from '../../../src/vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../src/vendors/astro/embedded.ts'
import {expectFailure} from '../../support/rejection.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

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

  /** The API as a token sees it that was used for a request. */
  async function as(minted: AstroMintedToken): Promise<EmbeddedAstro> {
    const token = await test.service.authenticate('astro', minted.token)
    return embeddedAstroApi(test.service, {kind: 'token', actor: {type: 'token', id: token.id}, token})
  }

  it('creates a token with the fields of the contract, and the value in this answer only', async () => {
    const {token, ...created} = await create({description: 'd', tokenExpiryPeriodInDays: 30})
    expect(created).to.deep.equal({
      id: created.id,
      name: 'ci',
      description: 'd',
      scope: 'DEPLOYMENT',
      kind: 'STANDARD',
      shortToken: token.slice(-8),
      startAt: '2026-11-22T12:00:00Z',
      endAt: '2026-12-22T12:00:00Z',
      expiryPeriodInDays: 30,
      revision: 1,
      createdAt: '2026-11-22T12:00:00Z',
      updatedAt: '2026-11-22T12:00:00Z',
      createdBy: {id: 'local:tester', subjectType: 'USER', fullName: 'tester', username: 'tester'},
      updatedBy: {id: 'local:tester', subjectType: 'USER', fullName: 'tester', username: 'tester'},
      roles: [{entityType: 'DEPLOYMENT', entityId: test.deploymentId, role: 'DEPLOYMENT_ADMIN'}],
    })
    expect(await owner.getToken(test.organizationId, created.id)).to.deep.equal(created)
  })

  for (const [field, body] of [
    ['name', {name: ''}],
    ['name', {name: 'x'.repeat(257)}],
    ['description', {description: 'x'.repeat(501)}],
    ['role', {role: ''}],
    ['role', {role: 'WORKSPACE_OWNER'}],
    ['entityId', {entityId: ''}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 0}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 3651}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 1.5}],
  ] as [string, Partial<CreateTokenBody>][]) {
    it(`refuses ${JSON.stringify(body).slice(0, 40)}, names the field, and writes nothing`, async () => {
      const err = await expectFailure(create(body), 'INVALID')
      expect(err.details.fieldErrors?.map((error) => error.field)).to.include(field)
      expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
    })
  }

  it('pages with offset, limit, sort and an exact count under filters', async () => {
    for (const name of ['b', 'c', 'a']) {
      await create({name})
      test.clock.nowMs += 1000
    }
    await create({name: 'org', scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
    const page = await owner.listTokens(test.organizationId, {
      deploymentId: test.deploymentId,
      offset: 1,
      limit: 1,
      sorts: [{field: 'name', descending: true}],
    })
    expect(page).to.include({offset: 1, limit: 1, totalCount: 3})
    expect(page.tokens.map(({name}) => name)).to.deep.equal(['b'])
    const past = await owner.listTokens(test.organizationId, {offset: 9})
    expect(past).to.deep.equal({tokens: [], offset: 9, limit: 20, totalCount: 4})
    const only = await owner.listTokens(test.organizationId, {includeOnlyOrganizationTokens: true})
    expect(only.tokens.map(({name}) => name)).to.deep.equal(['org'])
  })

  for (const query of [{limit: -1}, {offset: Number.NaN}, {limit: 1.5}]) {
    it(`refuses the page ${JSON.stringify(query)}`, async () => {
      await expectFailure(owner.listTokens(test.organizationId, query), 'INVALID')
      await expectFailure(owner.listDeployments(test.organizationId, query), 'INVALID')
    })
  }

  for (const query of [{workspaceId: ''}, {deploymentId: ''}, {dagId: ''}, {dagTags: ['']}, {dagTags: []}]) {
    it(`takes ${JSON.stringify(query)} for a mistake, never for every token`, async () => {
      await expectFailure(owner.listTokens(test.organizationId, query), 'INVALID')
    })
  }

  it('lists the tokens that have a role on a DAG or on one of its tags, in a deployment or in all', async () => {
    const {organizationId, deploymentId} = test
    for (const [name, entityType, entityId] of [
      ['dag', 'DAG', 'etl'],
      ['tag', 'DAG_TAG', 'pii'],
      ['other', 'DAG', 'report'],
      ['lookalike', 'DAG_TAG', 'etl'],
    ] as const) {
      const {id, roles} = await create({name, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
      const role = {entityType, entityId, role: 'DAG_VIEWER', deploymentId}
      test.clock.nowMs += 1000
      await owner.updateTokenRoles(organizationId, id, [...roles, role])
    }
    const names = async (query: Parameters<typeof owner.listTokens>[1]) => {
      const {tokens, totalCount} = await owner.listTokens(organizationId, query)
      expect(totalCount).to.equal(tokens.length)
      return tokens.map(({name}) => name)
    }
    expect(await names({dagId: 'etl'})).to.deep.equal(['dag'])
    expect(await names({dagId: 'etl', dagTags: ['pii', 'none']})).to.deep.equal(['dag', 'tag'])
    expect(await names({dagTags: ['etl'], deploymentId})).to.deep.equal(['lookalike'])
    const elsewhere = {organizationId, workspaceId: test.workspaceId, name: 'elsewhere'}
    const {id} = await test.service.createDeployment({type: 'local', id: 'tester'}, elsewhere)
    expect(await names({dagId: 'etl', deploymentId: id})).to.deep.equal([])
  })

  it('refuses a write that is based on what somebody else has changed since', async () => {
    const {id, revision, roles} = await create()
    await owner.updateToken(test.organizationId, id, {name: 'first'}, {revision})
    await expectFailure(owner.updateToken(test.organizationId, id, {name: 'second'}, {revision}), 'CONFLICT')
    await expectFailure(owner.updateTokenRoles(test.organizationId, id, roles, {revision}), 'CONFLICT')
    expect(await owner.getToken(test.organizationId, id)).to.include({name: 'first'})
  })

  it('takes DAG roles away with their deployment, and tells of it in the trail', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const wide = await create({name: 'wide', scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
    const dag = {entityType: 'DAG' as const, entityId: 'etl', role: 'DAG_VIEWER', deploymentId: test.deploymentId}
    await owner.updateTokenRoles(test.organizationId, wide.id, [...wide.roles, dag])
    const reference = {organizationId: test.organizationId, deploymentId: test.deploymentId, vendor: 'astro'}
    await test.service.deleteDeployment(actor, reference)
    expect((await owner.getToken(test.organizationId, wide.id)).roles).to.deep.equal(wide.roles)
    const trail = await test.service.read.listAudit(test.organizationId)
    expect(trail.filter(({action, targetId}) => action === 'token.roles' && targetId === wide.id)).to.have.lengthOf(2)
  })

  it('leaves no valid token behind that is made while its deployment is deleted', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const reference = {organizationId: test.organizationId, deploymentId: test.deploymentId, vendor: 'astro'}
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

  it('makes no token with a role that is deleted meanwhile', async () => {
    const actor = {type: 'local' as const, id: 'tester'}
    const role = {organizationId: test.organizationId, vendor: 'astro', name: 'deployer'}
    await test.service.createRole(actor, {...role, scopeType: 'DEPLOYMENT', description: ''})
    const attempts = await Promise.allSettled([test.service.deleteRole(actor, role), create({role: 'deployer'})])
    expect(attempts.map(({status}) => status)).to.have.members(['fulfilled', 'rejected'])
    const roles = await test.service.read.listRoles(test.organizationId, 'astro')
    const {totalCount} = await owner.listTokens(test.organizationId, {})
    expect(totalCount).to.equal(roles.length)
  })

  it('keeps the description that an update leaves out', async () => {
    const {id} = await create({description: 'kept'})
    await owner.updateToken(test.organizationId, id, {name: 'new'})
    expect(await owner.getToken(test.organizationId, id)).to.include({name: 'new', description: 'kept'})
  })

  it('refuses the old value from the answer of a rotation on', async () => {
    const first = await create({tokenExpiryPeriodInDays: 2})
    test.clock.nowMs += DAY_MS
    const second = await owner.rotateToken(test.organizationId, first.id)
    expect(second).to.include({id: first.id, endAt: '2026-11-25T12:00:00Z', lastRotatedAt: '2026-11-23T12:00:00Z'})
    await expectFailure(test.service.authenticate('astro', first.token), 'UNAUTHENTICATED')
    expect((await test.service.authenticate('astro', second.token)).id).to.equal(first.id)
  })

  it('shows until when an older value works, while it does', async () => {
    const {id, token} = await create()
    const staged = await owner.beginRotation(test.organizationId, id, {graceMs: 3_600_000})
    expect(staged.token).to.include({id, graceUntil: '2026-11-22T13:00:00Z'})
    const shown = async () => {
      const {tokens} = await owner.listTokens(test.organizationId, {})
      const found = await owner.getToken(test.organizationId, id)
      expect(tokens).to.deep.equal([found])
      return found
    }
    expect(await shown()).to.not.have.property('graceUntil')
    expect(await staged.finish()).to.include({graceUntil: '2026-11-22T13:00:00Z'})
    expect(await shown()).to.include({graceUntil: '2026-11-22T13:00:00Z'})
    expect((await test.service.authenticate('astro', token)).id).to.equal(id)
    await expectFailure(owner.rotateToken(test.organizationId, id), 'CONFLICT')
    test.clock.nowMs += 3_600_000
    expect(await shown()).to.not.have.property('graceUntil')
  })

  it('rotates in spite of a grace when all values are to end', async () => {
    const first = await create()
    await (await owner.beginRotation(test.organizationId, first.id, {graceMs: DAY_MS})).finish()
    const last = await owner.beginRotation(test.organizationId, first.id, {endAllValues: true})
    expect(await last.finish()).to.not.have.property('graceUntil')
    await expectFailure(test.service.authenticate('astro', first.token), 'UNAUTHENTICATED')
    expect((await test.service.authenticate('astro', last.token.token)).id).to.equal(first.id)
  })

  it('deletes no token that was used of late, or that somebody else has changed since, when it is told so', async () => {
    const {id, token, revision} = await create()
    await test.service.authenticate('astro', token)
    await test.service.settle()
    await owner.updateToken(test.organizationId, id, {name: 'changed'})
    const before = await owner.getToken(test.organizationId, id)
    const remove = (guard: Parameters<EmbeddedAstro['deleteToken']>[2]) =>
      owner.deleteToken(test.organizationId, id, guard)
    await expectFailure(remove({unusedForMs: DAY_MS}), 'CHECK_FAILED')
    await expectFailure(remove({unusedForMs: DAY_MS, revision}), 'CONFLICT')
    await expectFailure(remove({revision}), 'CONFLICT')
    expect(await owner.getToken(test.organizationId, id)).to.deep.equal(before)
    test.clock.nowMs += DAY_MS + 60_000
    await remove({unusedForMs: DAY_MS, revision: before.revision})
    await expectFailure(owner.getToken(test.organizationId, id), 'NOT_FOUND')
  })

  it('accepts a value in its own dialect only', async () => {
    const {token} = await create()
    await expectFailure(test.service.authenticate('motherduck', token), 'UNAUTHENTICATED')
  })

  it('notes the first use at once, then at most once a minute', async () => {
    const {id, token} = await create()
    const lastUse = async () => {
      await test.service.settle()
      return (await owner.getToken(test.organizationId, id)).lastUsedAt
    }
    expect(await lastUse()).to.equal(undefined)
    await test.service.authenticate('astro', token)
    expect(await lastUse()).to.equal('2026-11-22T12:00:00Z')
    test.clock.nowMs += 59_000
    await test.service.authenticate('astro', token)
    expect(await lastUse()).to.equal('2026-11-22T12:00:00Z')
    test.clock.nowMs += 1_000
    await test.service.authenticate('astro', token)
    expect(await lastUse()).to.equal('2026-11-22T12:01:00Z')
  })

  it('writes who did what into the trail, in the transaction of the change, and never a value', async () => {
    const minted = await create()
    await owner.updateToken(test.organizationId, minted.id, {name: 'new'})
    const rotated = await owner.rotateToken(test.organizationId, minted.id)
    await owner.deleteToken(test.organizationId, minted.id)
    await expectFailure(create({name: ''}), 'INVALID')
    const trail = await test.service.read.listAudit(test.organizationId)
    expect(trail.map(({action}) => action)).to.deep.equal([
      'token.create',
      'token.update',
      'token.rotate.begin',
      'token.rotate',
      'token.delete',
    ])
    for (const row of trail) {
      expect(row).to.include({actorType: 'local', actorId: 'tester', targetId: minted.id})
      for (const {token} of [minted, rotated]) expect(row.detail).to.not.contain(token.slice(100, 140))
    }
  })

  describe('for a token', () => {
    it('lets an administrator of a deployment manage its tokens, and names it as their maker', async () => {
      const api = await as(await create({name: 'admin'}))
      const made = await create({name: 'made'}, api)
      expect(made.createdBy).to.include({subjectType: 'SERVICEKEY', apiTokenName: 'admin'})
      await api.updateToken(test.organizationId, made.id, {name: 'renamed'})
      await api.deleteToken(test.organizationId, made.id)
      await expectFailure(owner.getToken(test.organizationId, made.id), 'NOT_FOUND')
    })

    it('is FORBIDDEN without the right, and changes nothing', async () => {
      const actor = {type: 'local' as const, id: 'tester'}
      const role = {vendor: 'astro', scopeType: 'DEPLOYMENT', name: 'viewer', description: ''}
      await test.service.createRole(actor, {organizationId: test.organizationId, ...role})
      const target = await create({name: 'target'})
      const api = await as(await create({name: 'weak', role: 'viewer'}))
      for (const attempt of [
        () => create({name: 'x'}, api),
        () => api.listTokens(test.organizationId, {deploymentId: test.deploymentId}),
        () => api.updateToken(test.organizationId, target.id, {name: 'x'}),
        () => api.updateTokenRoles(test.organizationId, target.id, target.roles),
        () => api.rotateToken(test.organizationId, target.id),
        () => api.deleteToken(test.organizationId, target.id),
      ]) {
        await expectFailure(attempt(), 'FORBIDDEN')
      }
      expect(await owner.getToken(test.organizationId, target.id)).to.include({name: 'target'})
      expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(2)
    })

    it('is NOT_FOUND for a token, a deployment or an organization that it cannot see', async () => {
      const actor = {type: 'local' as const, id: 'tester'}
      const spec = {organizationId: test.organizationId, workspaceId: test.workspaceId, name: 'other'}
      const other = await test.service.createDeployment(actor, spec)
      const foreign = await create({name: 'foreign', entityId: other.id})
      const api = await as(await create({name: 'admin'}))
      await expectFailure(api.getToken(test.organizationId, foreign.id), 'NOT_FOUND')
      await expectFailure(api.deleteToken(test.organizationId, foreign.id), 'NOT_FOUND')
      await expectFailure(create({name: 'x', entityId: other.id}, api), 'NOT_FOUND')
      await expectFailure(api.listTokens(test.organizationId, {deploymentId: other.id}), 'NOT_FOUND')
      await expectFailure(api.listDeployments('corganization', {}), 'NOT_FOUND')
      expect((await test.service.verify(foreign.token)).valid).to.equal(true)
    })

    it('cannot lift a token above what it may do itself', async () => {
      const api = await as(await create({name: 'admin'}))
      const made = await create({name: 'made'}, api)
      const owns = {entityType: 'WORKSPACE' as const, entityId: test.workspaceId, role: 'WORKSPACE_OWNER'}
      await expectFailure(api.updateTokenRoles(test.organizationId, made.id, [...made.roles, owns]), 'INVALID')
      await expectFailure(create({scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER', entityId: ''}, api), 'FORBIDDEN')
    })

    it('lets the owner of a workspace manage tokens below it, but grant nothing in another one', async () => {
      const workspace = {scope: 'WORKSPACE' as const, entityId: test.workspaceId}
      const api = await as(await create({name: 'boss', role: 'WORKSPACE_OWNER', ...workspace}))
      const made = await create({name: 'made', role: 'WORKSPACE_MEMBER', ...workspace}, api)
      await create({name: 'below'}, api)
      const elsewhere = await otherDeployment()
      const grant = {entityType: 'DEPLOYMENT' as const, entityId: elsewhere, role: 'DEPLOYMENT_ADMIN'}
      await expectFailure(api.updateTokenRoles(test.organizationId, made.id, [...made.roles, grant]), 'NOT_FOUND')
      expect((await owner.getToken(test.organizationId, made.id)).roles).to.deep.equal(made.roles)
    })

    it('is not lifted by a deploymentId on a role that is for no DAG', async () => {
      const workspace = {scope: 'WORKSPACE' as const, entityId: test.workspaceId}
      const boss = await create({name: 'boss', role: 'WORKSPACE_OWNER', ...workspace})
      const elsewhere = await otherDeployment()
      const deploymentId = test.deploymentId
      const trick = {entityType: 'DEPLOYMENT' as const, entityId: elsewhere, role: 'DEPLOYMENT_ADMIN', deploymentId}
      const api = await as(boss)
      await expectFailure(api.updateTokenRoles(test.organizationId, boss.id, [...boss.roles, trick]), 'INVALID')
      expect((await owner.getToken(test.organizationId, boss.id)).roles).to.deep.equal(boss.roles)
    })

    it('neither receives by a rotation nor takes away what it does not manage itself', async () => {
      const workspace = {scope: 'WORKSPACE' as const, entityId: test.workspaceId}
      const api = await as(await create({name: 'boss', role: 'WORKSPACE_OWNER', ...workspace}))
      const rich = await create({name: 'rich', role: 'WORKSPACE_MEMBER', ...workspace})
      const grant = {entityType: 'DEPLOYMENT' as const, entityId: await otherDeployment(), role: 'DEPLOYMENT_ADMIN'}
      await owner.updateTokenRoles(test.organizationId, rich.id, [...rich.roles, grant])
      await expectFailure(api.rotateToken(test.organizationId, rich.id), 'NOT_FOUND')
      await expectFailure(api.updateTokenRoles(test.organizationId, rich.id, rich.roles), 'NOT_FOUND')
      expect((await owner.getToken(test.organizationId, rich.id)).roles).to.deep.equal([...rich.roles, grant])
      expect((await test.service.verify(rich.token)).valid).to.equal(true)
    })

    it('lets the owner of a workspace give a token of the organization a role there, and see it', async () => {
      const workspace = {scope: 'WORKSPACE' as const, entityId: test.workspaceId}
      const api = await as(await create({name: 'boss', role: 'WORKSPACE_OWNER', ...workspace}))
      const wide = await create({name: 'wide', scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
      const own = {entityType: 'WORKSPACE' as const, entityId: test.workspaceId, role: 'WORKSPACE_MEMBER'}
      await expectFailure(api.getToken(test.organizationId, wide.id), 'FORBIDDEN')
      await owner.updateTokenRoles(test.organizationId, wide.id, [...wide.roles, own])
      expect(await api.getToken(test.organizationId, wide.id)).to.include({name: 'wide'})
      const stronger = {...own, role: 'WORKSPACE_AUTHOR'}
      await api.updateTokenRoles(test.organizationId, wide.id, [...wide.roles, stronger])
      expect((await owner.getToken(test.organizationId, wide.id)).roles).to.deep.equal([...wide.roles, stronger])
      await expectFailure(api.deleteToken(test.organizationId, wide.id), 'FORBIDDEN')
    })

    it('lists only the deployments that it can see', async () => {
      await otherDeployment()
      const api = await as(await create({name: 'admin'}))
      const {deployments, totalCount} = await api.listDeployments(test.organizationId, {})
      expect(deployments.map(({id}) => id)).to.deep.equal([test.deploymentId])
      expect(totalCount).to.equal(1)
    })

    it('has no say any more once it was deleted', async () => {
      const admin = await create({name: 'admin'})
      const api = await as(admin)
      await owner.deleteToken(test.organizationId, admin.id)
      await expectFailure(create({name: 'late'}, api), 'UNAUTHENTICATED')
      expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
    })

    /** A deployment in a workspace of its own; there is no public way to make a workspace yet. */
    async function otherDeployment(): Promise<string> {
      const times = {createdAt: test.clock.nowMs, updatedAt: test.clock.nowMs}
      const {organizationId} = test
      await test.service.read.insertWorkspace({organizationId, id: 'cworkspace', name: 'w', description: '', ...times})
      const spec = {organizationId, workspaceId: 'cworkspace', name: 'elsewhere'}
      return (await test.service.createDeployment({type: 'local', id: 'tester'}, spec)).id
    }
  })
})
