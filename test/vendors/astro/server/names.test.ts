import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'

describe('Astro over HTTP: invisible names', () => {
  let test: AstroHttp
  let organization: string
  beforeEach(async () => {
    test = await openAstroHttp()
    organization = `/v1/organizations/${test.organizationId}`
  })
  afterEach(() => test.service.close())

  const role = () => ({scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: test.deploymentId})
  const agents = () => `${organization}/deployments/${test.deploymentId}/agent-tokens`

  for (const name of [
    ' ',
    '\t\n',
    '\u00a0',
    '\u2003',
    '\u3000',
    '\u200b',
    '\u202e',
    '\u2066\u2069',
    '\u2800',
    '\u3164',
    '\u00ad',
    '\ufeff',
    '\ufe0f',
    '\u{e0041}',
  ]) {
    it(`refuses ${escaped(name)} for a token, an agent token and an update, and changes nothing`, async () => {
      const {id} = await test.create({name: 'known'})
      const before = await test.snapshot()
      for (const [path, body] of [
        [`${organization}/tokens`, {name, ...role()}],
        [agents(), {name}],
        [`${organization}/tokens/${id}`, {name, description: ''}],
      ] as const) {
        const answer = await test.call('POST', path, {body})
        expect(answer.status, path).to.equal(400)
        expect(answer.body.fieldErrors).to.deep.equal([
          {field: 'name', code: 'blank', message: 'name must have a visible character'},
        ])
      }
      expect(await test.snapshot()).to.equal(before)
    })
  }

  for (const name of [' a', '\u200ba', '👩\u200d🚀', '❤\ufe0f', '.', '\u0001\u007f']) {
    it(`accepts ${escaped(name)}, and returns it unchanged`, async () => {
      const made = await test.call('POST', `${organization}/tokens`, {body: {name, ...role()}})
      expect([made.status, made.body.name]).to.deep.equal([200, name])
      const agent = await test.call('POST', agents(), {body: {name}})
      expect([agent.status, agent.body.name]).to.deep.equal([200, name])
    })
  }

  it('reports only once that an empty name is too short', async () => {
    const {body} = await test.call('POST', agents(), {body: {name: ''}})
    expect(body.fieldErrors.map(({code}: {code: string}) => code)).to.deep.equal(['length'])
  })
})

describe('Astro over HTTP: a value outside a fixed set', () => {
  it('is refused with the possible words, none of which is empty', async () => {
    const test = await openAstroHttp()
    const organization = `/v1/organizations/${test.organizationId}`
    const answers = await Promise.all([
      ...['', '/workspaces', '/deployments', '/roles', '/tokens', `/deployments/${test.deploymentId}/agent-tokens`].map(
        (path) => test.call('GET', `${path === '' ? '/v1/organizations' : organization + path}?sorts=nonsense`),
      ),
      test.call('GET', '/v1/organizations?product=nonsense'),
      test.call('GET', `${organization}/roles?scopeTypes=nonsense`),
      test.call('GET', `${organization}/tokens?kind=nonsense`),
      test.call('GET', `${organization}/tokens?includeOnlyOrganizationTokens=nonsense`),
      test.call('POST', `${organization}/tokens`, {body: {name: 'a', role: 'b', scope: 'nonsense', kind: 'nonsense'}}),
      test.call('POST', `${organization}/tokens/${test.ownerToken.id}/roles`, {
        body: {roles: [{entityType: 'nonsense'}]},
      }),
    ])
    const messages: string[] = []
    for (const {status, body} of answers) {
      expect(status).to.equal(400)
      const oneOf = body.fieldErrors.filter(({code}: {code: string}) => code === 'oneof')
      expect(oneOf).to.not.be.empty
      messages.push(...oneOf.map(({message}: {message: string}) => message))
    }
    for (const message of messages) expect(message).to.match(/ must be one of [\w:]+(, [\w:]+)*$/)
    expect(messages).to.include(
      'sorts.0 must be one of name:asc, name:desc, createdAt:asc, createdAt:desc, updatedAt:asc, updatedAt:desc',
    )
    expect((await test.call('GET', `${organization}/tokens?sorts=`)).status).to.equal(200)
    await test.service.close()
  })
})

/** Return the name in a form that can appear in the title of a test. */
function escaped(name: string): string {
  return JSON.stringify(name).replace(/[^ -~]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}
