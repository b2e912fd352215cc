import {expect} from 'chai'
import type {
  AstroOrganization,
  DeploymentsQuery,
  DirectorySortField,
  RoleSortField,
  RolesQuery,
  Sorts,
  WorkspacesQuery,
} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {type OpenTarget, useTarget} from './target.ts'

const TOKENRY = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}

/** Contracts/astro.md, 6.2 to 6.6. */
export function describeDirectory(open: OpenTarget): void {
  const target = useTarget(open)

  it('returns an organization with every field that clients read', async () => {
    const {api, organizationId: id} = target.current
    const organization: AstroOrganization = {
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
      createdBy: TOKENRY,
      updatedBy: TOKENRY,
    }
    expect(await api.getOrganization(id)).to.deep.equal(organization)
    expect((await api.listOrganizations({})).organizations).to.deep.equal([organization])
  })

  it('filters organizations by product and plan, with an exact count', async () => {
    for (const [query, count] of [
      [{product: 'HOSTED', productPlan: 'BUSINESS_CRITICAL', astronomerProduct: 'ASTRO'}, 1],
      [{product: 'HYBRID'}, 0],
      [{productPlan: 'TRIAL'}, 0],
    ] as const) {
      const {organizations, totalCount} = await target.current.api.listOrganizations(query)
      expect([organizations.length, totalCount]).to.deep.equal([count, count])
    }
  })

  it('shows every token its own organization only, even if the token has no permissions', async () => {
    const {api, mint, connect, organizationId, deploymentId} = target.current
    const agent = await api.createAgentToken(organizationId, deploymentId, {name: 'agent'})
    for (const minted of [await mint({scope: 'ORGANIZATION'}), await mint({scope: 'WORKSPACE'}), await mint(), agent]) {
      const {organizations, totalCount} = await connect(minted).listOrganizations({})
      expect([organizations.map(({id, product}) => [id, product]), totalCount]).to.deep.equal([
        [[organizationId, 'HOSTED']],
        1,
      ])
      expect(await connect(minted).getOrganization(organizationId)).to.include({product: 'HOSTED'})
    }
  })

  it('lists workspaces by id, name and order, and returns a single one', async () => {
    const {api, organizationId, workspaceId, otherWorkspaceId} = target.current
    const ids = async (query: WorkspacesQuery) => {
      const {workspaces, totalCount} = await api.listWorkspaces(organizationId, query)
      if (query.limit === undefined) expect(totalCount).to.equal(workspaces.length)
      return workspaces.map(({id}) => id)
    }
    const both = [workspaceId, otherWorkspaceId]
    expect(await ids({})).to.deep.equal(both)
    for (const field of ['name', 'createdAt', 'updatedAt'] satisfies DirectorySortField[]) {
      // `another` is the newer one.
      const rising = field === 'name' ? both.toReversed() : both
      expect(await ids({sorts: [{field, descending: false}]})).to.deep.equal(rising)
      expect(await ids({sorts: [{field, descending: true}], limit: 1})).to.deep.equal(rising.slice(1))
    }
    expect(await ids({names: ['another', 'none']})).to.deep.equal([otherWorkspaceId])
    expect(await ids({workspaceIds: [workspaceId, 'cnone']})).to.deep.equal([workspaceId])
    expect(await ids({workspaceIds: [workspaceId], names: ['another']})).to.deep.equal([])
    expect(await ids({workspaceIds: ['']})).to.deep.equal([])
    expect(await ids({names: ['']})).to.deep.equal([])
    expect(await api.getWorkspace(organizationId, otherWorkspaceId)).to.deep.equal({
      id: otherWorkspaceId,
      name: 'another',
      description: 'The other one',
      organizationId,
      organizationName: 'default',
      cicdEnforcedDefault: false,
      createdAt: '2026-11-22T12:00:01Z',
      updatedAt: '2026-11-22T12:00:01Z',
    })
    await expectFailure(api.getWorkspace(organizationId, 'cnowhere'), 'NOT_FOUND')
  })

  it('lists deployments by id, name, workspace and order, and returns a single one', async () => {
    const {api, organizationId, deploymentId, otherDeploymentId, otherWorkspaceId} = target.current
    const ids = async (query: DeploymentsQuery) => {
      const {deployments, totalCount} = await api.listDeployments(organizationId, query)
      expect(totalCount).to.equal(deployments.length)
      return deployments.map(({id}) => id)
    }
    expect(await ids({sorts: [{field: 'name', descending: true}]})).to.deep.equal([otherDeploymentId, deploymentId])
    expect(await ids({sorts: [{field: 'createdAt', descending: false}]})).to.deep.equal([
      deploymentId,
      otherDeploymentId,
    ])
    expect(await ids({workspaceIds: [otherWorkspaceId]})).to.deep.equal([otherDeploymentId])
    expect(await ids({workspaceIds: ['']})).to.deep.equal([])
    expect(await ids({deploymentIds: [otherDeploymentId]})).to.deep.equal([otherDeploymentId])
    expect(await ids({names: ['elsewhere']})).to.deep.equal([otherDeploymentId])
    expect(await ids({workspaceIds: [otherWorkspaceId], names: ['default']})).to.deep.equal([])
    expect(await api.getDeployment(organizationId, otherDeploymentId)).to.include({
      id: otherDeploymentId,
      name: 'elsewhere',
      workspaceId: otherWorkspaceId,
      workspaceName: 'another',
      organizationId,
      status: 'HEALTHY',
      createdAt: '2026-11-22T12:00:01Z',
      updatedAt: '2026-11-22T12:00:01Z',
    })
    await expectFailure(api.getDeployment(organizationId, 'cnowhere'), 'NOT_FOUND')
  })

  it('shows a token only what it has a role in: a deployment and its workspace', async () => {
    const {mint, connect, organizationId, deploymentId, workspaceId, otherWorkspaceId, otherDeploymentId} =
      target.current
    const api = connect(await mint())
    const {deployments} = await api.listDeployments(organizationId, {})
    const {workspaces, totalCount} = await api.listWorkspaces(organizationId, {})
    expect([deployments.map(({id}) => id), workspaces.map(({id}) => id), totalCount]).to.deep.equal([
      [deploymentId],
      [workspaceId],
      1,
    ])
    expect(await api.getWorkspace(organizationId, workspaceId)).to.include({name: 'default'})
    await expectFailure(api.getWorkspace(organizationId, otherWorkspaceId), 'NOT_FOUND')
    await expectFailure(api.getDeployment(organizationId, otherDeploymentId), 'NOT_FOUND')
  })

  it('shows a token with a role on a DAG the deployment of the DAG, but it may not manage the tokens there', async () => {
    const {api, mint, connect, organizationId, deploymentId} = target.current
    const minted = await mint({scope: 'ORGANIZATION'})
    expect((await connect(minted).listDeployments(organizationId, {})).totalCount).to.equal(0)
    const dag = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId} as const
    await api.updateTokenRoles(organizationId, minted.id, [...minted.roles, dag])
    expect((await connect(minted).getDeployment(organizationId, deploymentId)).id).to.equal(deploymentId)
    await expectFailure(connect(minted).listTokens(organizationId, {deploymentId}), 'FORBIDDEN')
  })

  it('returns the caller: the token, with an e-mail address of its own that cannot receive mail', async () => {
    const {mint, connect, organizationId} = target.current
    const minted = await mint()
    expect(await connect(minted).getSelf()).to.deep.equal({
      id: minted.id,
      username: `${minted.id}@tokens.tokenry.invalid`,
      fullName: 'ci',
      avatarUrl: '',
      status: 'ACTIVE',
      organizationId,
      createdAt: minted.createdAt,
      updatedAt: minted.updatedAt,
    })
  })

  describe('roles', () => {
    beforeEach(async () => {
      const {service, organizationId, clock} = target.current
      for (const [scopeType, name, description] of [
        ['DEPLOYMENT', 'b', 'x'],
        ['DEPLOYMENT', 'a', 'y'],
      ] as const) {
        const role = {organizationId, vendor: 'astro', scopeType, name, description}
        await service.createRole(ASTRO_POLICY, {type: 'local', id: 'tester'}, role)
        clock.nowMs += 1000
      }
    })
    const names = async (query: RolesQuery) => {
      const {api, organizationId} = target.current
      return (await api.listRoles(organizationId, query)).roles.map(({name}) => name)
    }
    const by = (field: RoleSortField, descending = false): Sorts<RoleSortField> => [{field, descending}]

    it('are the custom ones, in every order', async () => {
      expect(await names({})).to.deep.equal(['b', 'a'])
      expect(await names({sorts: by('name')})).to.deep.equal(['a', 'b'])
      expect(await names({sorts: by('description', true)})).to.deep.equal(['a', 'b'])
      expect(await names({sorts: by('createdAt', true)})).to.deep.equal(['a', 'b'])
      expect(await names({sorts: by('updatedAt')})).to.deep.equal(['b', 'a'])
      expect(await names({sorts: [...by('scopeType'), ...by('name', true)]})).to.deep.equal(['b', 'a'])
    })

    it('are filtered by level; the built-in ones are added if requested, and pages do not count them', async () => {
      const {api, organizationId} = target.current
      expect(await api.listRoles(organizationId, {})).to.not.have.property('defaultRoles')
      const all = await api.listRoles(organizationId, {includeDefaultRoles: true, limit: 1})
      expect(all).to.include({totalCount: 2, limit: 1})
      expect(all.defaultRoles?.map(({name}) => name)).to.deep.equal([
        'ORGANIZATION_OWNER',
        'ORGANIZATION_BILLING_ADMIN',
        'ORGANIZATION_OBSERVE_ADMIN',
        'ORGANIZATION_OBSERVE_MEMBER',
        'ORGANIZATION_MEMBER',
        'WORKSPACE_OWNER',
        'WORKSPACE_OPERATOR',
        'WORKSPACE_AUTHOR',
        'WORKSPACE_MEMBER',
        'WORKSPACE_ACCESSOR',
        'DEPLOYMENT_ADMIN',
        'DAG_AUTHOR',
        'DAG_VIEWER',
      ])
      for (const {description} of all.defaultRoles ?? []) expect(description).to.not.equal('')
      const dag = await api.listRoles(organizationId, {includeDefaultRoles: true, scopeTypes: ['DAG']})
      expect([dag.roles, dag.totalCount, dag.defaultRoles?.length]).to.deep.equal([[], 0, 2])
      const {totalCount} = await api.listRoles(organizationId, {scopeTypes: ['DAG', 'DEPLOYMENT']})
      expect(totalCount).to.equal(2)
    })
  })
}
