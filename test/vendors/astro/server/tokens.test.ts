import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('Astro over HTTP: tokens', () => {
  let test: AstroHttp
  let tokens: string
  beforeEach(async () => {
    test = await openAstroHttp()
    tokens = `/v1/organizations/${test.organizationId}/tokens`
  })
  afterEach(() => test.service.close())

  /** Return the body that the binary writes. */
  const ciBody = () => ({
    description: '',
    entityId: test.deploymentId,
    name: 'ci',
    role: 'DEPLOYMENT_ADMIN',
    scope: 'DEPLOYMENT',
    tokenExpiryPeriodInDays: 30,
  })

  it('forbids caching of every answer, because it may contain a secret', async () => {
    const made = await test.call('POST', tokens, {body: ciBody()})
    const refused = await test.call('GET', tokens, {as: null})
    for (const {headers} of [made, refused]) expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('creates a token without expiry from a body with null, unknown fields and escaped letters', async () => {
    const body = `{"description":null,"name":"\\u0026 ü","role":"ORGANIZATION_OWNER","scope":"ORGANIZATION","kind":null,
      "entityId":null,"tokenExpiryPeriodInDays":null,"surprise":{"a":[1]}}`
    const answer = await test.call('POST', tokens, {body})
    expect(answer.status).to.equal(200)
    expect(answer.body)
      .to.include({name: '& ü', kind: 'STANDARD'})
      .and.to.not.have.any.keys('endAt', 'expiryPeriodInDays')
  })

  it('reads JSON no matter which Content-Type is given', async () => {
    const headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    expect((await test.call('POST', tokens, {body: JSON.stringify(ciBody()), headers})).status).to.equal(200)
  })

  it('lists with every filter that the binary sends, with an exact count, and never a secret', async () => {
    const {body: made} = await test.call('POST', tokens, {body: ciBody()})
    for (const [query, names, totalCount] of [
      [`?deploymentId=${test.deploymentId}&limit=100&offset=0`, ['ci'], 1],
      [`?limit=100&offset=0&workspaceId=${test.workspaceId}`, [], 0],
      ['?includeOnlyOrganizationTokens=true&limit=100&offset=0', ['owner'], 1],
      ['?includeOnlyOrganizationTokens=false', ['owner', 'ci'], 2],
      ['?sorts=name%3Aasc&sorts=createdAt:desc', ['ci', 'owner'], 2],
      ['?limit=1&sorts=name:desc', ['owner'], 2],
      ['?limit=0', [], 2],
      ['?offset=2', [], 2],
      ['?kind=DIRECT_ACCESS', [], 0],
      ['?dagId=etl', [], 0],
      ['?limit=&offset=&sorts=&surprise=1', ['owner', 'ci'], 2],
    ] as const) {
      const {status, body} = await test.call('GET', tokens + query)
      expect(status, query).to.equal(200)
      const sorted = query.includes('sorts=n') ? names : [...names].sort()
      const found = body.tokens.map(({name}: {name: string}) => name)
      expect(query.includes('sorts=n') ? found : found.sort(), query).to.deep.equal(sorted)
      expect(body.totalCount, query).to.equal(totalCount)
      expect(JSON.stringify(body), query).to.not.contain(made.token)
    }
    const {body} = await test.call('GET', tokens)
    expect(body).to.include({limit: 20, offset: 0})
    expect(body.tokens[0]).to.not.have.any.keys('token', 'revision', 'unfinishedRotationAt', 'graceUntil')
  })

  it('replaces the roles and returns them, grouped by the type of their entity', async () => {
    const {body: made} = await test.call('POST', tokens, {
      body: {name: 'wide', role: 'ORGANIZATION_MEMBER', scope: 'ORGANIZATION'},
    })
    const {deploymentId, workspaceId, organizationId} = test
    const roles = [
      {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_MEMBER', deploymentId: ''},
      {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_MEMBER'},
      {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN', deploymentId: null},
      {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId},
      {entityType: 'DAG_TAG', entityId: 'pii', role: 'DAG_AUTHOR', deploymentId},
    ]
    const answer = await test.call('POST', `${tokens}/${made.id}/roles`, {body: {roles}})
    expect(answer).to.deep.include({
      status: 200,
      body: {
        organizationRole: 'ORGANIZATION_MEMBER',
        workspaceRoles: [{workspaceId, role: 'WORKSPACE_MEMBER'}],
        deploymentRoles: [{deploymentId, role: 'DEPLOYMENT_ADMIN'}],
        dagRoles: [
          {deploymentId, role: 'DAG_VIEWER', dagId: 'etl'},
          {deploymentId, role: 'DAG_AUTHOR', dagTag: 'pii'},
        ],
      },
    })
    const {body} = await test.call('GET', `${tokens}/${made.id}`)
    expect(body.roles.map(({role}: {role: string}) => role)).to.deep.equal(roles.map(({role}) => role))
    expect((await test.call('GET', `${tokens}?dagTags=none&dagTags=pii`)).body.totalCount).to.equal(1)
    const again = Array(500).fill('dagTags=pii').join('&')
    expect((await test.call('GET', `${tokens}?${again}`)).body.totalCount).to.equal(1)
  })

  it('rotates with an empty body and no Content-Type; the old secret is refused from then on', async () => {
    const {body: made} = await test.call('POST', tokens, {body: ciBody()})
    const {status, body} = await test.call('POST', `${tokens}/${made.id}/rotate`)
    expect(status).to.equal(200)
    expect(body).to.include({id: made.id, name: 'ci', lastRotatedAt: '2026-11-22T12:00:01Z'})
    expect(body.token).to.not.equal(made.token)
    expect((await test.call('GET', '/v1/organizations', {as: made.token})).status).to.equal(401)
    expect((await test.call('GET', '/v1/organizations', {as: body.token})).status).to.equal(200)
  })

  it('deletes with 204 and no body; a second delete is 404, and the token is refused with 401', async () => {
    const {body: made} = await test.call('POST', tokens, {body: ciBody()})
    const deleted = await test.call('DELETE', `${tokens}/${made.id}`)
    expect([deleted.status, deleted.body, deleted.headers.get('content-type')]).to.deep.equal([204, null, null])
    for (const method of ['GET', 'DELETE']) {
      expect((await test.call(method, `${tokens}/${made.id}`)).status).to.equal(404)
    }
    expect((await test.call('GET', '/v1/organizations', {as: made.token})).status).to.equal(401)
  })

  it('records the use of a token, and the request id in the audit trail', async () => {
    const {headers, body: made} = await test.call('POST', tokens, {body: ciBody()})
    const trail = await test.service.read.listAudit(test.organizationId)
    const requestId = headers.get('x-request-id')
    expect(requestId).to.match(UUID)
    expect(trail.at(-1)).to.include({
      action: 'token.create',
      targetId: made.id,
      actorType: 'token',
      actorId: test.ownerToken.id,
      requestId,
    })
    test.clock.nowMs += 60_000
    await test.call('GET', '/v1/organizations', {as: made.token})
    await test.service.settle()
    expect((await test.call('GET', `${tokens}/${made.id}`)).body.lastUsedAt).to.equal('2026-11-22T12:01:01Z')
  })
})
