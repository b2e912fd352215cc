import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'

describe('Astro over HTTP: organizations, workspaces, deployments, roles', () => {
  let test: AstroHttp
  let organization: string
  beforeEach(async () => {
    test = await openAstroHttp()
    organization = `/v1/organizations/${test.organizationId}`
  })
  afterEach(() => test.service.close())

  it('returns an organization also to a caller that only looks it up', async () => {
    const {body} = await test.call('GET', '/v1/organizations')
    const one = await test.call('GET', `${organization}?isLookUpOnly=true`)
    expect(one).to.deep.include({status: 200, body: body.organizations[0]})
  })

  it('lists deployments with the fields that clients read, and returns a single one', async () => {
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
        executor: 'CELERY',
        schedulerSize: 'SMALL',
        defaultTaskPodCpu: '',
        defaultTaskPodMemory: '',
        resourceQuotaCpu: '',
        resourceQuotaMemory: '',
        workerQueues: [],
        webServerAirflowApiUrl: 'embedded-token-service-has-no-airflow:none',
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
})
