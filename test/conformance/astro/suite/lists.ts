import {expect} from 'chai'
import type {AstroApi, PageRequest, TokenSortField, TokensQuery} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

/** The lists of the API. `fill` creates the rows of each list. */
const LISTS = {
  organizations: (api: AstroApi, _: SuiteTarget, query: PageRequest) => api.listOrganizations(query),
  workspaces: (api: AstroApi, {organizationId}: SuiteTarget, query: PageRequest) =>
    api.listWorkspaces(organizationId, query),
  deployments: (api: AstroApi, {organizationId}: SuiteTarget, query: PageRequest) =>
    api.listDeployments(organizationId, query),
  roles: (api: AstroApi, {organizationId}: SuiteTarget, query: PageRequest) => api.listRoles(organizationId, query),
  tokens: (api: AstroApi, {organizationId}: SuiteTarget, query: PageRequest) => api.listTokens(organizationId, query),
  'agent tokens': (api: AstroApi, {organizationId, deploymentId}: SuiteTarget, query: PageRequest) =>
    api.listAgentTokens(organizationId, deploymentId, query),
}
const TOTALS = {organizations: 1, workspaces: 2, deployments: 2, roles: 3, tokens: 4, 'agent tokens': 3}

/** Contracts/astro.md, 5.3, and T1 of 6.1. */
export function describeLists(open: OpenTarget): void {
  const target = useTarget(open)

  for (const [name, list] of Object.entries(LISTS)) {
    const totalCount = TOTALS[name as keyof typeof TOTALS]
    const page = async (query: PageRequest) => {
      const {limit, offset, totalCount: total, ...items} = await list(target.current.api, target.current, query)
      const [rows = []] = Object.values(items) as {id: string}[][]
      return {ids: rows.map(({id}) => id), limit, offset, total}
    }

    it(`${name}: pages of every size hold each row once, with an exact count`, async () => {
      await fill(target.current)
      const all = await page({})
      expect(all).to.include({limit: 20, offset: 0, total: totalCount})
      expect(new Set(all.ids).size).to.equal(totalCount)
      for (const limit of [1, 2, 3, 1000]) {
        const ids: string[] = []
        for (let offset = 0; offset < totalCount; offset += limit) {
          const each = await page({limit, offset})
          expect(each).to.include({limit, offset, total: totalCount})
          expect(each.ids).to.have.lengthOf(Math.min(limit, totalCount - offset))
          ids.push(...each.ids)
        }
        expect(ids).to.deep.equal(all.ids)
      }
    })

    it(`${name}: a page past the end and a page of zero rows are empty and keep the count`, async () => {
      await fill(target.current)
      for (const query of [{offset: totalCount}, {offset: 100_000, limit: 100}, {limit: 0}, {limit: 0, offset: 1}]) {
        const {ids, total, limit, offset} = await page(query)
        expect([ids, total]).to.deep.equal([[], totalCount])
        expect({limit, offset}).to.deep.equal({limit: 20, offset: 0, ...query})
      }
    })

    it(`${name}: refuses an invalid page`, async () => {
      for (const query of [{limit: -1}, {offset: -1}, {limit: 1.5}, {offset: Number.NaN}]) {
        await expectFailure(list(target.current.api, target.current, query), 'INVALID')
      }
    })

    it(`${name}: ${name === 'roles' ? 'has no maximum page size' : 'refuses a page above 1000: a shorter one would lose rows'}`, async () => {
      expect((await page({limit: 1000})).limit).to.equal(1000)
      if (name === 'roles') expect((await page({limit: 5000})).limit).to.equal(5000)
      else await expectFailure(page({limit: 1001}), 'INVALID')
    })
  }

  const names = async (query: TokensQuery) => {
    const {tokens, totalCount} = await target.current.api.listTokens(target.current.organizationId, query)
    if (query.limit === undefined) expect(totalCount).to.equal(tokens.length)
    return tokens.map((token) => token.name)
  }

  it('lists the tokens of the organization, a workspace or a deployment, oldest first', async () => {
    const {mint, api, organizationId, workspaceId, otherWorkspaceId, deploymentId, otherDeploymentId} = target.current
    const wide = await mint({name: 'wide', scope: 'ORGANIZATION'})
    await mint({name: 'workspace', scope: 'WORKSPACE', kind: 'DIRECT_ACCESS'})
    await mint({name: 'elsewhere', scope: 'WORKSPACE', entityId: otherWorkspaceId})
    await mint({name: 'deployment'})
    await api.updateTokenRoles(organizationId, wide.id, [
      ...wide.roles,
      {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_MEMBER'},
      {entityType: 'DEPLOYMENT', entityId: otherDeploymentId, role: 'DEPLOYMENT_ADMIN'},
    ])
    expect(await names({})).to.deep.equal(['owner', 'wide', 'workspace', 'elsewhere', 'deployment'])
    expect(await names({includeOnlyOrganizationTokens: true})).to.deep.equal(['owner', 'wide'])
    expect(await names({includeOnlyOrganizationTokens: false})).to.have.lengthOf(5)
    expect(await names({workspaceId})).to.deep.equal(['wide', 'workspace'])
    expect(await names({workspaceId: otherWorkspaceId})).to.deep.equal(['elsewhere'])
    expect(await names({deploymentId})).to.deep.equal(['deployment'])
    expect(await names({deploymentId: otherDeploymentId})).to.deep.equal(['wide'])
    expect(await names({workspaceId, includeOnlyOrganizationTokens: true})).to.deep.equal(['wide'])
    expect(await names({kind: 'DIRECT_ACCESS'})).to.deep.equal(['workspace'])
    expect(await names({kind: 'STANDARD', workspaceId})).to.deep.equal(['wide'])
  })

  it('lists the tokens that have a role on a DAG or on one of its tags, in one deployment or in all', async () => {
    const {mint, api, organizationId, deploymentId, otherDeploymentId} = target.current
    for (const [name, entityType, entityId] of [
      ['dag', 'DAG', 'etl'],
      ['tag', 'DAG_TAG', 'pii'],
      ['other', 'DAG', 'report'],
      ['lookalike', 'DAG_TAG', 'etl'],
    ] as const) {
      const {id, roles} = await mint({name, scope: 'ORGANIZATION'})
      const role = {entityType, entityId, role: 'DAG_VIEWER', deploymentId}
      await api.updateTokenRoles(organizationId, id, [...roles, role])
    }
    expect(await names({dagId: 'etl'})).to.deep.equal(['dag'])
    expect(await names({dagTags: ['pii', 'none']})).to.deep.equal(['tag'])
    expect(await names({dagId: 'etl', dagTags: ['pii', 'none']})).to.deep.equal(['dag', 'tag'])
    expect(await names({dagTags: ['etl'], deploymentId})).to.deep.equal(['lookalike'])
    expect(await names({dagId: 'etl', deploymentId: otherDeploymentId})).to.deep.equal([])
    expect(await names({dagId: 'none'})).to.deep.equal([])
  })

  for (const query of [{workspaceId: ''}, {deploymentId: ''}, {dagId: ''}, {dagTags: ['']}]) {
    it(`refuses ${JSON.stringify(query)} instead of listing every token`, async () => {
      const {api, organizationId} = target.current
      const err = await expectFailure(api.listTokens(organizationId, query), 'INVALID')
      expect(err.details.fieldErrors?.map(({field}) => field)).to.deep.equal(Object.keys(query))
    })
  }

  it('refuses a workspace and a deployment together, and answers NOT_FOUND if one does not exist', async () => {
    const {api, organizationId, workspaceId, deploymentId} = target.current
    await expectFailure(api.listTokens(organizationId, {workspaceId, deploymentId}), 'INVALID')
    await expectFailure(api.listTokens(organizationId, {workspaceId: 'cnowhere'}), 'NOT_FOUND')
    await expectFailure(api.listTokens(organizationId, {deploymentId: workspaceId}), 'NOT_FOUND')
    await expectFailure(api.listTokens(organizationId, {deploymentId: deploymentId.toUpperCase()}), 'NOT_FOUND')
  })

  it('sorts tokens by every field, ascending and descending; the next field breaks a tie', async () => {
    const {mint, api, organizationId, deploymentId, clock} = target.current
    const first = await mint({name: 'b', description: 'x'})
    await mint({name: 'c', description: 'x'})
    const last = await mint({name: 'a', description: 'w'})
    clock.nowMs += 1000
    await api.updateToken(organizationId, last.id, {name: 'a'})
    await api.rotateToken(organizationId, first.id)
    const sorted = async (...sorts: `${'-' | ''}${TokenSortField}`[]) => {
      const keys = sorts.map((key) => ({
        field: key.replace('-', '') as TokenSortField,
        descending: key.startsWith('-'),
      }))
      return (await names({deploymentId, sorts: keys})).join('')
    }
    expect(await sorted()).to.equal('bca')
    expect(await sorted('name')).to.equal('abc')
    expect(await sorted('-name')).to.equal('cba')
    expect(await sorted('-createdAt')).to.equal('acb')
    expect(await sorted('description', '-name')).to.equal('acb')
    expect(await sorted('-description', 'name')).to.equal('bca')
    expect(await sorted('tokenStartAt')).to.equal('cab')
    expect((await sorted('updatedAt')).at(0)).to.equal('c')
    expect(await names({deploymentId, sorts: [{field: 'name', descending: true}], limit: 1, offset: 1})).to.deep.equal([
      'b',
    ])
  })
}

/** Create three custom roles, three more tokens and three agent tokens. */
async function fill({mint, api, service, organizationId, deploymentId, clock}: SuiteTarget): Promise<void> {
  for (const name of ['b', 'c', 'a']) {
    await mint({name})
    await api.createAgentToken(organizationId, deploymentId, {name})
    const role = {organizationId, vendor: 'astro', scopeType: 'DEPLOYMENT', name, description: ''}
    await service.createRole(ASTRO_POLICY, {type: 'local', id: 'tester'}, role)
    clock.nowMs += 1000
  }
}
