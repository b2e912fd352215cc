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

  it('accepts a value in its own dialect only', async () => {
    const {token} = await create()
    await expectFailure(test.service.authenticate('motherduck', token), 'UNAUTHENTICATED')
  })

  it('notes the first use at once, then at most once a minute', async () => {
    const {id, token} = await create()
    const lastUse = async () => (await owner.getToken(test.organizationId, id)).lastUsedAt
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
