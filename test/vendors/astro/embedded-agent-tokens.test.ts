import {expect} from 'chai'
import type {AgentTokensQuery, AstroMintedToken} from '../../../src/vendors/astro/api.ts'
import {type AstroFixture, openAstroFixture} from '../../support/astro-fixture.ts'
import {expectFailure} from '../../support/rejection.ts'

describe('agent tokens of the embedded Astro API', () => {
  let test: AstroFixture
  let agent: AstroMintedToken
  beforeEach(async () => {
    test = await openAstroFixture()
    agent = await test.owner.createAgentToken(test.organizationId, test.deploymentId, {
      name: 'agent',
      description: 'runs DAGs',
      tokenExpiryPeriodInDays: 2,
    })
  })
  afterEach(() => test.service.close())

  const names = async (query: AgentTokensQuery = {}) => {
    const page = await test.owner.listAgentTokens(test.organizationId, test.deploymentId, query)
    return page.tokens.map(({name}) => name)
  }

  it('belong to a deployment, hold no role, and look like any other kind', async () => {
    const {token, ...created} = agent
    expect(created).to.deep.include({
      name: 'agent',
      description: 'runs DAGs',
      scope: 'DEPLOYMENT',
      kind: 'STANDARD',
      roles: [],
      endAt: '2026-11-24T12:00:01Z',
      expiryPeriodInDays: 2,
    })
    expect(await test.owner.getAgentToken(test.organizationId, test.deploymentId, agent.id)).to.deep.equal(created)
    expect((await test.service.verify(token)).valid).to.equal(true)
  })

  for (const body of [{name: ''}, {name: 'x', tokenExpiryPeriodInDays: 0}, {name: 'x', description: 'd'.repeat(501)}]) {
    it(`are not made from ${JSON.stringify(body).slice(0, 40)}`, async () => {
      await expectFailure(test.owner.createAgentToken(test.organizationId, test.deploymentId, body), 'INVALID')
      expect(await names()).to.deep.equal(['agent'])
    })
  }

  it('are in their own list only, with pages, order and an exact count', async () => {
    const {organizationId, deploymentId, owner} = test
    await test.create({name: 'plain'})
    test.clock.nowMs += 1000
    const admin = await test.as(await test.create({name: 'admin'}))
    await admin.createAgentToken(organizationId, deploymentId, {name: 'by admin'})
    await owner.createAgentToken(organizationId, test.otherDeploymentId, {name: 'elsewhere'})

    expect(await names()).to.deep.equal(['agent', 'by admin'])
    expect(await names({sorts: [{field: 'name', descending: true}]})).to.deep.equal(['by admin', 'agent'])
    // A token has an id that begins with c, the owner of the store is local:tester.
    expect(await names({sorts: [{field: 'createdById', descending: false}]})).to.deep.equal(['by admin', 'agent'])
    expect(await names({sorts: [{field: 'updatedById', descending: true}]})).to.deep.equal(['agent', 'by admin'])
    expect(await owner.listAgentTokens(organizationId, deploymentId, {offset: 1, limit: 1})).to.include({
      offset: 1,
      limit: 1,
      totalCount: 2,
    })

    for (const query of [{}, {deploymentId}, {kind: 'STANDARD'}] as const) {
      const {tokens, totalCount} = await owner.listTokens(organizationId, query)
      expect(tokens.map(({name}) => name)).to.deep.equal(['plain', 'admin'])
      expect(totalCount).to.equal(2)
    }
  })

  it('are not there for what manages other tokens', async () => {
    const {organizationId: id, owner} = test
    const role = {entityType: 'DEPLOYMENT', entityId: test.deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    for (const attempt of [
      () => owner.getToken(id, agent.id),
      () => owner.updateToken(id, agent.id, {name: 'x'}),
      () => owner.updateTokenRoles(id, agent.id, [role]),
      () => owner.rotateToken(id, agent.id),
      () => owner.deleteToken(id, agent.id),
    ]) {
      await expectFailure(attempt(), 'NOT_FOUND')
    }
    expect((await test.service.verify(agent.token)).valid).to.equal(true)
    expect(await names()).to.deep.equal(['agent'])
  })

  it('are only found in their own deployment, and no other token is found among them', async () => {
    const {organizationId, deploymentId, otherDeploymentId, owner} = test
    const plain = await test.create()
    for (const [deployment, token] of [
      [otherDeploymentId, agent],
      [deploymentId, plain],
      [deploymentId, {id: ''}],
    ] as const) {
      await expectFailure(owner.getAgentToken(organizationId, deployment, token.id), 'NOT_FOUND')
      await expectFailure(owner.deleteAgentToken(organizationId, deployment, token.id), 'NOT_FOUND')
    }
    for (const {token} of [agent, plain]) expect((await test.service.verify(token)).valid).to.equal(true)
  })

  it('are refused from the answer of a delete on', async () => {
    await test.owner.deleteAgentToken(test.organizationId, test.deploymentId, agent.id)
    expect(await test.service.verify(agent.token)).to.include({valid: false, reason: 'deleted'})
    await expectFailure(test.owner.deleteAgentToken(test.organizationId, test.deploymentId, agent.id), 'NOT_FOUND')
    expect(await names()).to.deep.equal([])
  })

  it('end with their deployment, which counts them', async () => {
    const {organizationId, deploymentId} = test
    await test.create()
    const reference = {organizationId, deploymentId, vendor: 'astro'}
    const {endedTokens} = await test.service.deleteDeployment({type: 'local', id: 'tester'}, reference)
    expect(endedTokens).to.equal(2)
    expect(await test.service.verify(agent.token)).to.include({valid: false, reason: 'deleted'})
  })

  it('are managed by whoever manages the deployment: FORBIDDEN without the right, NOT_FOUND elsewhere', async () => {
    const {organizationId, deploymentId, workspaceId, otherDeploymentId} = test
    const workspace = {scope: 'WORKSPACE', entityId: workspaceId} as const
    const weak = await test.as(await test.create({name: 'weak', role: 'WORKSPACE_MEMBER', ...workspace}))
    const boss = await test.as(await test.create({name: 'boss', role: 'WORKSPACE_OWNER', ...workspace}))
    for (const [api, deployment, code] of [
      [weak, deploymentId, 'FORBIDDEN'],
      [boss, otherDeploymentId, 'NOT_FOUND'],
    ] as const) {
      await expectFailure(api.listAgentTokens(organizationId, deployment, {}), code)
      await expectFailure(api.createAgentToken(organizationId, deployment, {name: 'x'}), code)
      await expectFailure(api.getAgentToken(organizationId, deployment, agent.id), code)
      await expectFailure(api.deleteAgentToken(organizationId, deployment, agent.id), code)
    }
    expect(await names()).to.deep.equal(['agent'])
    await boss.deleteAgentToken(organizationId, deploymentId, agent.id)
    expect(await names()).to.deep.equal([])
  })

  it('may do nothing here themselves', async () => {
    const api = await test.as(agent)
    expect((await api.listOrganizations({})).totalCount).to.equal(1)
    await expectFailure(api.listTokens(test.organizationId, {}), 'FORBIDDEN')
    await expectFailure(api.listAgentTokens(test.organizationId, test.deploymentId, {}), 'NOT_FOUND')
  })
})
