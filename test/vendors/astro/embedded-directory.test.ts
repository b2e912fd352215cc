import {expect} from 'chai'
import type {DeploymentsQuery, RolesQuery, WorkspacesQuery} from '../../../src/vendors/astro/api.ts'
import {type AstroFixture, openAstroFixture} from '../../support/astro-fixture.ts'
import {expectFailure} from '../../support/rejection.ts'

describe('the directory of the embedded Astro API', () => {
  let test: AstroFixture
  beforeEach(async () => {
    test = await openAstroFixture()
  })
  afterEach(() => test.service.close())

  const inOrganization = {scope: 'ORGANIZATION', entityId: ''} as const

  it('gives an organization every field that clients read', async () => {
    const {organizationId: id} = test
    const tokenry = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}
    const organization = {
      id,
      name: 'default',
      product: 'HOSTED',
      status: 'ACTIVE',
      productPlans: [
        {astronomerProduct: 'ASTRO', organizationId: id, productPlanId: id, productPlanName: 'BUSINESS_CRITICAL'},
      ],
      isScimEnabled: false,
      allowEnhancedSupportAccess: false,
      hasAllowedIpAddressRanges: false,
      isBlockedEnableAiFeatures: false,
      shouldEnforceDedicatedClusters: false,
      createdAt: '2026-11-22T12:00:00Z',
      updatedAt: '2026-11-22T12:00:00Z',
      createdBy: tokenry,
      updatedBy: tokenry,
    }
    expect(await test.owner.getOrganization(id)).to.deep.equal(organization)
    expect(await test.owner.listOrganizations({})).to.deep.equal({
      organizations: [organization],
      limit: 20,
      offset: 0,
      totalCount: 1,
    })
    await expectFailure(test.owner.getOrganization('cnowhere'), 'NOT_FOUND')
  })

  it('filters organizations by product and plan, with an exact count', async () => {
    for (const [query, count] of [
      [{product: 'HOSTED', productPlan: 'BUSINESS_CRITICAL', astronomerProduct: 'ASTRO'}, 1],
      [{product: 'HYBRID'}, 0],
      [{productPlan: 'TRIAL'}, 0],
    ] as const) {
      const {organizations, totalCount} = await test.owner.listOrganizations(query)
      expect([organizations.length, totalCount]).to.deep.equal([count, count])
    }
  })

  it('shows the organization to every token, also to one that may do nothing', async () => {
    const api = await test.as(await test.create({...inOrganization, role: 'ORGANIZATION_MEMBER'}))
    expect((await api.listOrganizations({})).totalCount).to.equal(1)
    expect(await api.getOrganization(test.organizationId)).to.include({product: 'HOSTED'})
    expect((await api.listWorkspaces(test.organizationId, {})).totalCount).to.equal(0)
    expect((await api.listDeployments(test.organizationId, {})).totalCount).to.equal(0)
  })

  it('lists workspaces by id, name and order, with an exact count', async () => {
    const {organizationId, workspaceId, otherWorkspaceId} = test
    const list = async (query: WorkspacesQuery) => {
      const {workspaces, totalCount} = await test.owner.listWorkspaces(organizationId, query)
      return {ids: workspaces.map(({id}) => id), totalCount}
    }
    const both = [workspaceId, otherWorkspaceId]
    expect(await list({})).to.deep.equal({ids: both, totalCount: 2})
    expect(await list({sorts: [{field: 'name', descending: false}]})).to.deep.equal({
      ids: both.toReversed(),
      totalCount: 2,
    })
    expect(await list({sorts: [{field: 'createdAt', descending: true}], limit: 1})).to.deep.equal({
      ids: [otherWorkspaceId],
      totalCount: 2,
    })
    expect(await list({names: ['another']})).to.deep.equal({ids: [otherWorkspaceId], totalCount: 1})
    expect(await list({workspaceIds: [workspaceId, 'cnone']})).to.deep.equal({ids: [workspaceId], totalCount: 1})
    expect(await list({workspaceIds: ['']})).to.deep.equal({ids: [], totalCount: 0})
    expect(await test.owner.getWorkspace(organizationId, otherWorkspaceId)).to.deep.equal({
      id: otherWorkspaceId,
      name: 'another',
      description: 'The other one',
      organizationId,
      organizationName: 'default',
      cicdEnforcedDefault: false,
      createdAt: '2026-11-22T12:00:01Z',
      updatedAt: '2026-11-22T12:00:01Z',
    })
  })

  it('lists deployments by id, name, workspace and order, with an exact count', async () => {
    const {organizationId, deploymentId, otherDeploymentId, otherWorkspaceId} = test
    const list = async (query: DeploymentsQuery) => {
      const {deployments, totalCount} = await test.owner.listDeployments(organizationId, query)
      return {ids: deployments.map(({id}) => id), totalCount}
    }
    expect(await list({sorts: [{field: 'name', descending: true}]})).to.deep.equal({
      ids: [otherDeploymentId, deploymentId],
      totalCount: 2,
    })
    const other = {ids: [otherDeploymentId], totalCount: 1}
    expect(await list({workspaceIds: [otherWorkspaceId]})).to.deep.equal(other)
    expect(await list({deploymentIds: [otherDeploymentId]})).to.deep.equal(other)
    expect(await list({names: ['elsewhere']})).to.deep.equal(other)
    expect(await list({workspaceIds: [otherWorkspaceId], names: ['default']})).to.deep.equal({ids: [], totalCount: 0})
    expect(await test.owner.getDeployment(organizationId, otherDeploymentId)).to.include({
      workspaceId: otherWorkspaceId,
      workspaceName: 'another',
      status: 'HEALTHY',
    })
  })

  it('shows a token of a deployment that deployment and its workspace, and answers NOT_FOUND for the others', async () => {
    const {organizationId, deploymentId, workspaceId} = test
    const api = await test.as(await test.create())
    const {deployments} = await api.listDeployments(organizationId, {})
    expect(deployments.map(({id}) => id)).to.deep.equal([deploymentId])
    const {workspaces, totalCount} = await api.listWorkspaces(organizationId, {})
    expect(workspaces.map(({id}) => id)).to.deep.equal([workspaceId])
    expect(totalCount).to.equal(1)
    expect(await api.getWorkspace(organizationId, workspaceId)).to.include({name: 'default'})
    await expectFailure(api.getWorkspace(organizationId, test.otherWorkspaceId), 'NOT_FOUND')
    await expectFailure(api.getDeployment(organizationId, test.otherDeploymentId), 'NOT_FOUND')
    await expectFailure(api.getOrganization('cnowhere'), 'NOT_FOUND')
    await expectFailure(api.listWorkspaces('cnowhere', {}), 'NOT_FOUND')
  })

  it('shows a token with a role on a DAG the deployment of the DAG, whose tokens it may not manage', async () => {
    const {organizationId, deploymentId} = test
    const minted = await test.create({...inOrganization, role: 'ORGANIZATION_MEMBER'})
    const dag = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId} as const
    await test.owner.updateTokenRoles(organizationId, minted.id, [...minted.roles, dag])
    const api = await test.as(minted)
    expect((await api.getDeployment(organizationId, deploymentId)).id).to.equal(deploymentId)
    await expectFailure(api.listTokens(organizationId, {deploymentId}), 'FORBIDDEN')
  })

  it('answers who one is: a token with an address of its own that cannot be delivered to, or the owner', async () => {
    const minted = await test.create()
    const api = await test.as(minted)
    expect(await api.getSelf()).to.deep.equal({
      id: minted.id,
      username: `${minted.id}@tokens.tokenry.invalid`,
      fullName: 'ci',
      avatarUrl: '',
      status: 'ACTIVE',
      organizationId: test.organizationId,
      createdAt: '2026-11-22T12:00:01Z',
      updatedAt: '2026-11-22T12:00:01Z',
    })
    expect(await test.owner.getSelf()).to.include({id: 'local:tester', fullName: 'tester'})
  })

  it('sorts roles, and has no greatest page of them', async () => {
    for (const [name, description] of [
      ['b', 'x'],
      ['a', 'y'],
    ] as const) {
      const role = {organizationId: test.organizationId, vendor: 'astro', scopeType: 'DEPLOYMENT', name, description}
      await test.service.createRole({type: 'local', id: 'tester'}, role)
      test.clock.nowMs += 1000
    }
    const names = async (query: RolesQuery) =>
      (await test.owner.listRoles(test.organizationId, query)).roles.map(({name}) => name)
    expect(await names({})).to.deep.equal(['b', 'a'])
    expect(await names({limit: 5000, sorts: [{field: 'name', descending: false}]})).to.deep.equal(['a', 'b'])
    expect(await names({sorts: [{field: 'description', descending: true}]})).to.deep.equal(['a', 'b'])
    expect(
      await names({
        sorts: [
          {field: 'scopeType', descending: false},
          {field: 'name', descending: true},
        ],
      }),
    ).to.deep.equal(['b', 'a'])
  })

  it('refuses a page of more than 1000, because a shorter one would lose rows', async () => {
    for (const list of [test.owner.listWorkspaces, test.owner.listDeployments]) {
      await expectFailure(list(test.organizationId, {limit: 1001}), 'INVALID')
      expect((await list(test.organizationId, {limit: 1000})).limit).to.equal(1000)
    }
    await expectFailure(test.owner.listTokens(test.organizationId, {limit: 1001}), 'INVALID')
  })
})
