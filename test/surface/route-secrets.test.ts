import {expect} from 'chai'
import {astroDialect} from '../../src/vendors/astro/server/dialect.ts'
import {type AstroHttp, openAstroHttp} from '../support/astro-http.ts'
import {longestRepeated, SAMPLE_PARTS} from '../support/sample-token.ts'

/** Every route whose answer may contain a token. Extend it with a reason. */
const SECRET_ROUTES = [
  // A route that mints shows the secret once.
  'POST /v1/organizations/:org/tokens',
  'POST /v1/organizations/:org/tokens/:token/rotate',
  'POST /v1/organizations/:org/deployments/:deployment/agent-tokens',
  // It sends back the secret that the request had.
  'POST /oauth/token',
]

const TOKEN = /[\w-]{30,}\.[\w-]{30,}\.[\w-]{30,}/

describe('secrets over HTTP', () => {
  let test: AstroHttp
  beforeEach(async () => {
    test = await openAstroHttp()
  })
  afterEach(() => test.service.close())

  it('are in the answers of the routes that may contain them, and in no other answer and no log', async () => {
    const known = await test.create({name: 'known'})
    const agent = await test.owner.createAgentToken(test.organizationId, test.deploymentId, {name: 'agent'})
    const found = new Set<string>()
    const endpoints = astroDialect(test.service, Date.now).routes.flatMap(({path, handlers}) =>
      Object.keys(handlers).map((method) => ({method, path})),
    )
    // Call DELETE last: the other calls need what it ends.
    endpoints.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    for (const {method, path} of endpoints) {
      const ids = {
        org: test.organizationId,
        workspace: test.workspaceId,
        deployment: test.deploymentId,
        token: path.includes('agent-tokens') ? agent.id : known.id,
      }
      const filled = path.replaceAll(/:(\w+)/g, (_, name: keyof typeof ids) => ids[name])
      const body = (text: unknown) => (method === 'POST' ? {body: text} : {})
      const answer = await test.call(method, filled, body(bodyOf(path)))
      const explains = `${method} ${path} ${JSON.stringify(answer.body)}`
      // The one path that exists only to refuse.
      if (path === '/v1/organizations//*') expect(answer.status, explains).to.equal(404)
      else expect(answer.status, explains).to.be.below(300)
      if (TOKEN.test(JSON.stringify(answer.body))) found.add(`${method} ${path}`)
      const refused = await test.call(method, filled, {as: `${known.token}x`, ...body('{')})
      expect(JSON.stringify(refused.body), `${method} ${path}`).to.not.match(TOKEN)
    }
    expect([...found].sort()).to.deep.equal([...SECRET_ROUTES].sort())
    const tokenInPath = await test.call('GET', `/v1/organizations/${test.organizationId}/tokens/${known.token}`)
    expect(tokenInPath.body).to.include({statusCode: 404, message: 'No API token [token]'})
    expect(test.log).to.have.length.greaterThan(40)
    expect(JSON.stringify(test.log)).to.not.match(TOKEN)
    const trail = await test.service.read.listAudit(test.organizationId)
    expect(JSON.stringify(trail)).to.not.match(TOKEN)
  })

  it('are not repeated in part either, in any error or log', async () => {
    const tokens = `/v1/organizations/${test.organizationId}/tokens`
    const body = {name: 'new', scope: 'DEPLOYMENT', entityId: test.deploymentId, role: 'DEPLOYMENT_ADMIN'}
    for (const [name, part] of Object.entries(SAMPLE_PARTS)) {
      const refused = [
        await test.call('GET', `${tokens}/${part}`),
        await test.call('GET', `${tokens}/${part}%0A`),
        await test.call('DELETE', `${tokens}/${part}`),
        await test.call('GET', `/v1/organizations/${part}/tokens`),
        await test.call('GET', `/${part}`),
        await test.call('GET', `${tokens}?sorts=${part}`),
        await test.call('GET', `${tokens}?limit=${part}`),
        await test.call('GET', tokens, {as: part}),
        await test.call('POST', tokens, {body: {...body, role: part}}),
        await test.call('POST', tokens, {body: {...body, entityId: part}}),
        await test.call('POST', tokens, {body: {...body, scope: part}}),
        await test.call('POST', tokens, {body: {...body, [part]: part, role: 'none'}}),
      ]
      for (const {status, body: answer} of refused) {
        expect(status).to.be.within(400, 499)
        expect(longestRepeated(part, JSON.stringify([answer, test.log])), name).to.be.below(16)
      }
    }
  })

  function bodyOf(path: string): unknown {
    if (path === '/oauth/token') {
      return new URLSearchParams({grant_type: 'refresh_token', refresh_token: test.ownerToken.token}).toString()
    }
    const entityId = test.deploymentId
    const role = {entityType: 'DEPLOYMENT', entityId, role: 'DEPLOYMENT_ADMIN'}
    return {name: 'new', scope: 'DEPLOYMENT', entityId, role: 'DEPLOYMENT_ADMIN', roles: [role]}
  }
})
