import {expect} from 'chai'
import type {AgentTokensQuery, AstroMintedToken} from '../../../../src/vendors/astro/api.ts'
import {withoutTokenDetails} from '../../../support/plain-astro-api.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {expectNoChange, type OpenTarget, useTarget} from './target.ts'

/** Contracts/astro.md, 6.7. */
export function describeAgentTokens(open: OpenTarget): void {
  const target = useTarget(open)
  let agent: AstroMintedToken
  beforeEach(async () => {
    const {api, organizationId, deploymentId} = target.current
    const body = {name: 'agent', description: 'runs DAGs', tokenExpiryPeriodInDays: 2}
    agent = await api.createAgentToken(organizationId, deploymentId, body)
  })

  const names = async (query: AgentTokensQuery = {}) => {
    const {api, organizationId, deploymentId} = target.current
    return (await api.listAgentTokens(organizationId, deploymentId, query)).tokens.map(({name}) => name)
  }

  it('belong to a deployment, have no role, and otherwise look like other tokens', async () => {
    const {api, connect, organizationId, deploymentId} = target.current
    const {token, ...created} = agent
    expect(withoutTokenDetails(created)).to.deep.include({
      name: 'agent',
      description: 'runs DAGs',
      scope: 'DEPLOYMENT',
      kind: 'STANDARD',
      roles: [],
      endAt: '2026-11-24T12:00:01Z',
      expiryPeriodInDays: 2,
    })
    expect(await api.getAgentToken(organizationId, deploymentId, agent.id)).to.deep.equal(created)
    expect((await connect({token}).listOrganizations({})).totalCount).to.equal(1)
  })

  for (const body of [
    {name: ''},
    {name: 'x'.repeat(257)},
    {name: 'x', description: 'd'.repeat(501)},
    {name: 'x', tokenExpiryPeriodInDays: 0},
    {name: 'x', tokenExpiryPeriodInDays: 3651},
  ]) {
    it(`are not created from ${JSON.stringify(body).slice(0, 40)}`, () => {
      const {api, organizationId, deploymentId} = target.current
      return expectNoChange(target.current, () =>
        expectFailure(api.createAgentToken(organizationId, deploymentId, body), 'INVALID'),
      )
    })
  }

  it('appear only in their own list, with pages, order and an exact count', async () => {
    const {api, mint, connect, organizationId, deploymentId, otherDeploymentId} = target.current
    await mint({name: 'plain'})
    const admin = connect(await mint({name: 'admin'}))
    await admin.createAgentToken(organizationId, deploymentId, {name: 'by admin'})
    await api.createAgentToken(organizationId, otherDeploymentId, {name: 'elsewhere'})

    expect(await names()).to.deep.equal(['agent', 'by admin'])
    expect(await names({sorts: [{field: 'name', descending: true}]})).to.deep.equal(['by admin', 'agent'])
    for (const field of ['createdById', 'updatedById'] as const) {
      const rising = await names({sorts: [{field, descending: false}]})
      expect(rising).to.have.members(['agent', 'by admin'])
      expect(await names({sorts: [{field, descending: true}]})).to.deep.equal(rising.toReversed())
    }
    const query = {offset: 1, limit: 1}
    expect(await api.listAgentTokens(organizationId, deploymentId, query)).to.include({...query, totalCount: 2})
    for (const filter of [{deploymentId}, {deploymentId, kind: 'STANDARD'}] as const) {
      const {tokens, totalCount} = await api.listTokens(organizationId, filter)
      expect([tokens.map(({name}) => name), totalCount]).to.deep.equal([['plain', 'admin'], 2])
    }
  })

  it('are NOT_FOUND for the calls that manage other tokens', async () => {
    const {api, organizationId: id, deploymentId} = target.current
    const role = {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    await expectNoChange(target.current, async () => {
      await expectFailure(api.getToken(id, agent.id), 'NOT_FOUND')
      await expectFailure(api.updateToken(id, agent.id, {name: 'x'}), 'NOT_FOUND')
      await expectFailure(api.updateTokenRoles(id, agent.id, [role]), 'NOT_FOUND')
      await expectFailure(api.rotateToken(id, agent.id), 'NOT_FOUND')
      await expectFailure(api.deleteToken(id, agent.id), 'NOT_FOUND')
    })
  })

  it('are found only in their own deployment, and their calls find no other token', async () => {
    const {api, mint, organizationId, deploymentId, otherDeploymentId} = target.current
    const plain = await mint()
    await expectNoChange(target.current, async () => {
      for (const [deployment, {id}] of [
        [otherDeploymentId, agent],
        [deploymentId, plain],
        [deploymentId, {id: 'cnone'}],
        ['cnowhere', agent],
      ] as const) {
        await expectFailure(api.getAgentToken(organizationId, deployment, id), 'NOT_FOUND')
        await expectFailure(api.deleteAgentToken(organizationId, deployment, id), 'NOT_FOUND')
      }
    })
  })

  it('are refused as soon as a delete is answered', async () => {
    const {api, connect, organizationId, deploymentId} = target.current
    await api.deleteAgentToken(organizationId, deploymentId, agent.id)
    await expectFailure(connect(agent).listOrganizations({}), 'UNAUTHENTICATED')
    await expectFailure(api.deleteAgentToken(organizationId, deploymentId, agent.id), 'NOT_FOUND')
    expect(await names()).to.deep.equal([])
  })

  it('have no permissions in this API', async () => {
    const {connect, organizationId, deploymentId} = target.current
    const api = connect(agent)
    await expectFailure(api.listTokens(organizationId, {}), 'FORBIDDEN')
    await expectFailure(api.listAgentTokens(organizationId, deploymentId, {}), 'NOT_FOUND')
    expect((await api.listDeployments(organizationId, {})).totalCount).to.equal(0)
  })
}
