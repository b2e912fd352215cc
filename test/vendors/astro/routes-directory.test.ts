import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../support/astro-http.ts'

describe('Astro over HTTP: organizations, workspaces, deployments, roles', () => {
  let test: AstroHttp
  let organization: string
  beforeEach(async () => {
    test = await openAstroHttp()
    organization = `/v1/organizations/${test.organizationId}`
  })
  afterEach(() => test.service.close())

  const REQUIRED_OF_ORGANIZATION = [
    'id',
    'name',
    'createdAt',
    'updatedAt',
    'createdBy',
    'updatedBy',
    'isScimEnabled',
    'allowEnhancedSupportAccess',
    'hasAllowedIpAddressRanges',
    'isBlockedEnableAiFeatures',
    'shouldEnforceDedicatedClusters',
    'productPlans',
    'product',
  ]

  it('answers the first request of every command of the binary with one organization that has a product', async () => {
    const {status, headers, body} = await test.call('GET', '/v1/organizations?limit=100&offset=0')
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'application/json'])
    expect(body).to.include({limit: 100, offset: 0, totalCount: 1})
    expect(body.organizations[0]).to.include({id: test.organizationId, product: 'HOSTED'})
    expect(body.organizations[0]).to.include.all.keys(REQUIRED_OF_ORGANIZATION)
    const one = await test.call('GET', `${organization}?isLookUpOnly=true`)
    expect(one).to.deep.include({status: 200, body: body.organizations[0]})
    expect((await test.call('GET', '/v1/organizations?product=HYBRID')).body.totalCount).to.equal(0)
  })

  it('lists workspaces as a login asks for them, and gives one', async () => {
    const {body} = await test.call('GET', `${organization}/workspaces?limit=1000&offset=0&sorts=name%3Aasc`)
    expect(body).to.include({limit: 1000, offset: 0, totalCount: 2})
    expect(body.workspaces.map(({name}: {name: string}) => name)).to.deep.equal(['another', 'default'])
    const [another] = body.workspaces
    expect(await test.call('GET', `${organization}/workspaces/${another.id}`)).to.deep.include({
      status: 200,
      body: another,
    })
    const chosen = await test.call('GET', `${organization}/workspaces?workspaceIds=a&workspaceIds=${test.workspaceId}`)
    expect(chosen.body).to.include({totalCount: 1})
    expect((await test.call('GET', `${organization}/workspaces?names=`)).body.totalCount).to.equal(0)
    expect((await test.call('GET', `${organization}/workspaces/cnowhere`)).status).to.equal(404)
  })

  it('lists deployments with the fields that clients read, and gives one', async () => {
    const {body} = await test.call('GET', `${organization}/deployments?limit=1000&offset=0&names=default`)
    expect(body).to.include({limit: 1000, offset: 0, totalCount: 1})
    const tokenry = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}
    expect(body.deployments).to.deep.equal([
      {
        id: test.deploymentId,
        name: 'default',
        workspaceId: test.workspaceId,
        workspaceName: 'default',
        organizationId: test.organizationId,
        status: 'HEALTHY',
        type: 'STANDARD',
        namespace: '',
        airflowVersion: '',
        astroRuntimeVersion: '',
        createdAt: '2026-11-22T12:00:00Z',
        updatedAt: '2026-11-22T12:00:00Z',
        createdBy: tokenry,
        updatedBy: tokenry,
      },
    ])
    const one = await test.call('GET', `${organization}/deployments/${test.deploymentId}`)
    expect(one).to.deep.include({status: 200, body: body.deployments[0]})
    expect((await test.call('GET', `${organization}/deployments?workspaceIds=`)).body.totalCount).to.equal(0)
  })

  it('lists roles: custom ones in pages without a greatest size, built-in ones with a description when asked', async () => {
    const role = {vendor: 'astro', scopeType: 'DEPLOYMENT', name: 'deployer', description: 'May deploy'}
    await test.service.createRole({type: 'local', id: 'tester'}, {organizationId: test.organizationId, ...role})
    const {body} = await test.call('GET', `${organization}/roles?includeDefaultRoles=true&limit=5000&offset=0`)
    expect(body).to.include({limit: 5000, offset: 0, totalCount: 1})
    expect(body.roles[0]).to.include({name: 'deployer', scopeType: 'DEPLOYMENT', description: 'May deploy'})
    expect(body.roles[0]).to.include.all.keys('id', 'restrictedWorkspaceIds', 'createdAt', 'createdBy', 'updatedBy')
    expect(body.defaultRoles).to.have.lengthOf(13)
    for (const each of body.defaultRoles)
      expect(each).to.have.all.keys('name', 'scopeType', 'description', 'permissions')

    const plain = await test.call('GET', `${organization}/roles?includeDefaultRoles=false&limit=100&offset=100`)
    expect(plain.body).to.deep.equal({roles: [], limit: 100, offset: 100, totalCount: 1})
    const scoped = await test.call('GET', `${organization}/roles?includeDefaultRoles=true&scopeTypes=DAG`)
    expect(scoped.body).to.deep.include({roles: [], totalCount: 0})
    expect(scoped.body.defaultRoles).to.have.lengthOf(2)
  })
})
