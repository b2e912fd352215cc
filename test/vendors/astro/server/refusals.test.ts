import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import type {TokenPolicy} from '../../../../src/service/tokens/policy.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import {tamperedWith} from '../../../support/tampered.ts'

describe('Astro over HTTP: refusals', () => {
  let test: AstroHttp
  let organization: string
  let tokens: string
  beforeEach(async () => {
    test = await openAstroHttp()
    organization = `/v1/organizations/${test.organizationId}`
    tokens = `${organization}/tokens`
  })
  afterEach(() => test.service.close())

  type Answer = Awaited<ReturnType<AstroHttp['call']>>

  /** Expect the error body of contracts/astro.md, 5.2, and an unchanged store. */
  async function expectRefusal(attempt: () => Promise<Answer>, status: number, fields?: string[]): Promise<Answer> {
    const before = await test.snapshot()
    const answer = await attempt()
    const {body, headers} = answer
    expect(answer.status, JSON.stringify(body)).to.equal(status)
    expect(headers.get('content-type')).to.equal('application/json')
    expect(body).to.include({statusCode: status, requestId: headers.get('x-request-id')})
    expect(body.message).to.be.a('string').and.not.empty
    expect(body.fieldErrors?.map(({field}: {field: string}) => field)).to.deep.equal(fields)
    for (const error of body.fieldErrors ?? [])
      expect(Object.keys(error).sort()).to.deep.equal(['code', 'field', 'message'])
    expect(await test.snapshot()).to.equal(before)
    return answer
  }

  for (const [query, field] of [
    ['limit=-1', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1.0', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=99999999999999999999', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=0x1', 'offset'],
    ['sorts=name', 'sorts.0'],
    ['sorts=name:up', 'sorts.0'],
    ['sorts=name:asc&sorts=lastUsedAt:asc', 'sorts.1'],
    ['sorts=createdById:asc', 'sorts.0'],
    ['includeOnlyOrganizationTokens=yes', 'includeOnlyOrganizationTokens'],
    ['includeOnlyOrganizationTokens=', 'includeOnlyOrganizationTokens'],
    ['kind=', 'kind'],
    ['kind=AGENT', 'kind'],
    ['workspaceId=', 'workspaceId'],
    ['deploymentId=', 'deploymentId'],
    ['dagId=', 'dagId'],
    ['dagTags=', 'dagTags'],
    [Array.from({length: 101}, (_, index) => `dagTags=${index}`).join('&'), 'dagTags'],
    ['deploymentId=a&workspaceId=b', 'workspaceId'],
    ['workspaceId=a&workspaceId=a', 'workspaceId'],
  ] as const) {
    it(`answers 400 to tokens?${query.slice(0, 80)}, and names ${field}`, () =>
      expectRefusal(() => test.call('GET', `${tokens}?${query}`), 400, [field]))
  }

  for (const [path, query, field] of [
    ['', 'product=OTHER', 'product'],
    ['', 'productPlan=', 'productPlan'],
    ['/{org}/workspaces', 'sorts=id:asc', 'sorts.0'],
    ['/{org}/deployments', 'limit=1001', 'limit'],
    ['/{org}/roles', 'includeDefaultRoles=1', 'includeDefaultRoles'],
    ['/{org}/roles', 'scopeTypes=TEAM', 'scopeTypes.0'],
    ['/{org}/deployments/{dep}/agent-tokens', 'sorts=kind:asc', 'sorts.0'],
  ] as const) {
    it(`answers 400 to organizations${path}?${query}, and names ${field}`, () => {
      const filled = path.replace('{org}', test.organizationId).replace('{dep}', test.deploymentId)
      return expectRefusal(() => test.call('GET', `/v1/organizations${filled}?${query}`), 400, [field])
    })
  }

  for (const [title, change, fields] of [
    ['no name', {name: undefined}, ['name']],
    ['a name that is a number', {name: 1}, ['name']],
    ['no role', {role: undefined}, ['role']],
    ['a scope in lower case', {scope: 'deployment'}, ['scope']],
    ['no entityId', {entityId: undefined}, ['entityId']],
    ['days as text', {tokenExpiryPeriodInDays: '30'}, ['tokenExpiryPeriodInDays']],
    ['several mistakes', {name: '', tokenExpiryPeriodInDays: -1}, ['name', 'tokenExpiryPeriodInDays']],
  ] as const) {
    it(`answers 400 to a new token with ${title}, and creates none`, () => {
      const good = {name: 'ci', role: 'DEPLOYMENT_ADMIN', scope: 'DEPLOYMENT', entityId: test.deploymentId}
      return expectRefusal(() => test.call('POST', tokens, {body: {...good, ...change}}), 400, [...fields])
    })
  }

  for (const [title, body] of [
    ['nothing', undefined],
    ['not JSON', '{"name":'],
    ['a list', []],
    ['a text', '"name"'],
    ['null', 'null'],
  ] as const) {
    it(`answers 400 to a body that is ${title}`, async () => {
      const {id} = test.ownerToken
      const agents = `${organization}/deployments/${test.deploymentId}/agent-tokens`
      for (const path of [tokens, `${tokens}/${id}`, `${tokens}/${id}/roles`, agents]) {
        await expectRefusal(() => test.call('POST', path, {body}), 400, ['body'])
      }
    })
  }

  it('answers 400 to a body that is not UTF-8', async () => {
    const body = Buffer.from('{"name":"\xff","scope":"ORGANIZATION","role":"ORGANIZATION_OWNER"}', 'latin1')
    await expectRefusal(() => test.call('POST', tokens, {body}), 400)
  })

  for (const [title, roles, field] of [
    ['missing', undefined, 'roles'],
    ['not a list', {}, 'roles'],
    ['without an entity', [{entityType: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'}], 'roles.0.entityId'],
    ['of an unknown type', [{entityType: 'TAG', entityId: 'a', role: 'DAG_VIEWER'}], 'roles.0.entityType'],
  ] as const) {
    it(`answers 400 to roles that are ${title}, and keeps the existing ones`, () =>
      expectRefusal(() => test.call('POST', `${tokens}/${test.ownerToken.id}/roles`, {body: {roles}}), 400, [field]))
  }

  const LONG = 'x'.repeat(200_000)
  for (const [title, change, field] of [
    ['a role of 200 KB', {role: LONG}, 'role'],
    ['an entity of 200 KB', {entityId: LONG}, 'entityId'],
    ['a name of 200 KB', {name: LONG}, 'name'],
    ['a description of 200 KB', {description: LONG}, 'description'],
    ['a role with NUL', {role: 'a\u0000'}, 'role'],
    ['an entity with NUL', {entityId: 'a\u0000'}, 'entityId'],
    ['a name with NUL', {name: 'a\u0000b'}, 'name'],
    ['a description with NUL', {description: '\u0000'}, 'description'],
    ['a name with half a surrogate pair', {name: 'a\ud800'}, 'name'],
    ['a description with half a surrogate pair', {description: '\udc00'}, 'description'],
    ['a name of 257 characters', {name: '😀'.repeat(257)}, 'name'],
    ['a description of 501 characters', {description: '😀'.repeat(501)}, 'description'],
  ] as const) {
    it(`answers 400 to ${title} with a short message, and keeps nothing of it`, async () => {
      const good = {name: 'ci', role: 'DEPLOYMENT_ADMIN', scope: 'DEPLOYMENT', entityId: test.deploymentId}
      const {body} = await expectRefusal(() => test.call('POST', tokens, {body: {...good, ...change}}), 400, [field])
      expect(JSON.stringify(body).length).to.be.below(2000)
      if (field === 'role' || field === 'entityId') return
      await expectRefusal(
        () => test.call('POST', `${tokens}/${test.ownerToken.id}`, {body: {name: 'ci', ...change}}),
        400,
        [field],
      )
    })
  }

  it('counts the characters of a name and a description, not their UTF-16 units, and returns both unchanged', async () => {
    const named = {name: '😀'.repeat(256), description: '😀'.repeat(500)}
    const good = {...named, role: 'DEPLOYMENT_ADMIN', scope: 'DEPLOYMENT', entityId: test.deploymentId}
    const {status, body} = await test.call('POST', tokens, {body: good})
    expect(status).to.equal(200)
    expect((await test.call('GET', `${tokens}/${body.id}`)).body).to.include(named)
  })

  const ROLE = {entityType: 'ORGANIZATION', entityId: 'a', role: 'ORGANIZATION_OWNER'}
  for (const [title, roles, fields] of [
    ['with a role of 200 KB', [{...ROLE, role: LONG}], ['roles.0.role']],
    ['with an entity of 200 KB', [{...ROLE, entityId: LONG}], ['roles.0.entityId']],
    ['with a deployment of 200 KB', [{...ROLE, deploymentId: LONG}], ['roles.0.deploymentId']],
    ['with NUL', [{...ROLE, entityId: '\u0000'}], ['roles.0.entityId']],
    ['with half a surrogate pair', [{...ROLE, entityId: '\ud800'}], ['roles.0.entityId']],
    ['more than 200', Array(201).fill(ROLE), ['roles']],
    ['100,000 numbers', Array(100_000).fill(1), ['roles']],
    ['200 numbers', Array(200).fill(1), Array.from({length: 20}, (_, index) => `roles.${index}`)],
  ] as const) {
    it(`answers 400 to roles that are ${title}, with a short message`, async () => {
      const path = `${tokens}/${test.ownerToken.id}/roles`
      const {body} = await expectRefusal(() => test.call('POST', path, {body: {roles}}), 400, [...fields])
      expect(JSON.stringify(body).length).to.be.below(3000)
      expect(body.message.length).to.be.below(400)
    })
  }

  it('says how many more mistakes there are than the message names', async () => {
    const path = `${tokens}/${test.ownerToken.id}/roles`
    const {body} = await test.call('POST', path, {body: {roles: [1, 2, 3, 4, 5, 6, 7]}})
    const named = [0, 1, 2, 3, 4].map((index) => `roles.${index} must be of type object`)
    expect(body.message).to.equal(`Invalid request: ${named.join('; ')}; and 2 more`)
    expect(body.fieldErrors).to.have.length(7)
  })

  it('repeats at most 100 characters of an id that a client sends', async () => {
    for (const [path, words] of [
      [`${tokens}/${'x'.repeat(15_000)}`, 'x'.repeat(100)],
      [`${organization}/workspaces/${'😀'.repeat(1000)}`, '😀'.repeat(100)],
    ] as const) {
      const {body} = await expectRefusal(() => test.call('GET', path), 404)
      expect(body.message)
        .to.contain(`${words}…`)
        .and.not.contain(`${words}${words.slice(-1)}`)
    }
    const {body} = await expectRefusal(() => test.call('GET', `${tokens}/${'x%20'.repeat(3000)}`), 404)
    expect(body.message.length).to.be.below(1100)
  })

  it('answers 413 to a body of more than 256 KiB, with and without Content-Length', async () => {
    const body = JSON.stringify({name: 'x'.repeat(262_144)})
    await expectRefusal(() => test.call('POST', tokens, {body}), 413)
    await expectRefusal(() => test.call('POST', tokens, {body, headers: {'Content-Length': String(body.length)}}), 413)
  })

  for (const [method, path] of [
    ['GET', '{org}/users'],
    ['POST', '{org}/invites'],
    ['GET', '{org}/teams/x'],
    ['GET', '{org}/deployment-options'],
    ['POST', '{org}/deployments/{dep}/deploys'],
    ['GET', '{org}/environment-objects'],
    ['GET', '/v1alpha1/organizations/x/workspaces//astroide/projects'],
  ] as const) {
    it(`says what the service has, in the 404 to ${method} ${path}`, async () => {
      const filled = path.replace('{org}', organization).replace('{dep}', test.deploymentId)
      const {body} = await expectRefusal(
        () => test.call(method, filled, {body: method === 'GET' ? undefined : {}}),
        404,
      )
      expect(body.message).to.match(/^Not part of the embedded token service, which has only organizations, .*tokens$/)
    })
  }

  for (const [method, path] of [
    ['POST', '/workspaces'],
    ['DELETE', '/workspaces/{ws}'],
    ['DELETE', '/deployments/{dep}'],
    ['POST', '/roles'],
  ] as const) {
    it(`names the commands that change places, in the 405 to ${method} ${path}`, async () => {
      const filled = path.replace('{ws}', test.workspaceId).replace('{dep}', test.deploymentId)
      const {body} = await expectRefusal(() => test.call(method, organization + filled), 405)
      expect(body.message).to.contain('changes only tokens').and.contain('tokenry service organization, workspace')
    })
  }

  it('answers 404 to unknown paths', async () => {
    for (const path of ['/', '/v1', '/v1/', '/v1/teams', '//v1/organizations', '/v2/x', '/%zz']) {
      for (const method of ['GET', 'POST', 'PUT']) await expectRefusal(() => test.call(method, path), 404)
    }
  })

  it('answers 404 if the organization is missing in the path, but 401 first for an invalid credential', async () => {
    const organizationless = '/v1/organizations//tokens'
    for (const [method, path] of [
      ['GET', `${organizationless}?includeOnlyOrganizationTokens=true&limit=100&offset=0`],
      ['POST', organizationless],
      ['GET', `${organizationless}/${test.ownerToken.id}`],
      ['POST', `${organizationless}/${test.ownerToken.id}/rotate`],
      ['DELETE', `${organizationless}/${test.ownerToken.id}`],
    ] as const) {
      const {body} = await expectRefusal(() => test.call(method, path), 404)
      expect(body.message).to.equal('No organization is chosen: the path of the request has no organization')
      await expectRefusal(() => test.call(method, path, {as: 'nonsense'}), 401)
    }
  })

  it('names no command in the 405 to another method of a token', async () => {
    for (const path of [tokens, `${organization}/deployments/${test.deploymentId}/agent-tokens`]) {
      const {body} = await expectRefusal(() => test.call('PUT', path), 405)
      expect(body.message).to.equal('PUT is not allowed at this path')
    }
  })

  it('answers 405 to another method, and lists the allowed ones', async () => {
    for (const [method, path, allowed] of [
      ['PUT', tokens, 'GET, HEAD, POST'],
      ['PATCH', `${tokens}/${test.ownerToken.id}`, 'GET, HEAD, POST, DELETE'],
      ['GET', `${tokens}/${test.ownerToken.id}/rotate`, 'POST'],
      ['DELETE', '/v1/organizations', 'GET, HEAD'],
      ['OPTIONS', tokens, 'GET, HEAD, POST'],
      ['GET', '/oauth/token', 'POST'],
    ] as const) {
      const {headers} = await expectRefusal(() => test.call(method, path), 405)
      expect(headers.get('allow')).to.equal(allowed)
    }
  })

  it('answers HEAD like GET, but without the body', async () => {
    const answer = await test.call('HEAD', tokens)
    expect([answer.status, answer.body]).to.deep.equal([200, null])
    expect((await test.call('HEAD', tokens, {as: null})).status).to.equal(401)
  })

  it('compares ids case-sensitively', async () => {
    const {id} = test.ownerToken
    await expectRefusal(() => test.call('GET', `${tokens}/${id.toUpperCase()}`), 404)
    await expectRefusal(
      () => test.call('GET', tokens.replace(test.organizationId, test.organizationId.toUpperCase())),
      404,
    )
    await expectRefusal(() => test.call('GET', `${tokens}?deploymentId=${test.deploymentId.toUpperCase()}`), 404)
    const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`
    expect((await test.call('GET', `${tokens}/${encoded}`)).status).to.equal(200)
  })

  it('answers 401, and says how to sign in, if there is no credential or an invalid one', async () => {
    const ended = await test.create({name: 'ended'})
    await test.owner.deleteToken(test.organizationId, ended.id)
    const rotated = await test.create({name: 'rotated'})
    await test.owner.rotateToken(test.organizationId, rotated.id)
    const expired = await test.create({name: 'expired', tokenExpiryPeriodInDays: 1})
    test.clock.nowMs += 86_400_000
    const elsewhere = await openAstroHttp()
    const foreign = elsewhere.ownerToken.token
    await elsewhere.service.close()
    const policy: TokenPolicy = {
      vendor: 'motherduck',
      newId: () => 'duck',
      tokensEndedWith: () => null,
      namesUniqueIn: 'owner',
      useNotedEveryMs: 60_000,
      lifetimeStepMs: 1,
      kindsInSameList: (kind) => [kind],
      claims: async () => ({}),
    }
    const duck = await test.service.issue(
      policy,
      {type: 'local', id: 'tester'},
      {
        organizationId: test.organizationId,
        scope: 'USER',
        ownerId: 'duck',
        kind: 'read_write',
        name: 'duck',
        description: '',
        lifetimeMs: null,
        roles: [],
        uniqueName: false,
        allow: async () => {},
      },
    )
    const {token} = test.ownerToken
    const tampered = tamperedWith(token)
    for (const [title, headers] of [
      ['none', {}],
      ['empty', {Authorization: ''}],
      ['only the scheme', {Authorization: 'Bearer '}],
      ['another scheme', {Authorization: `Basic ${token}`}],
      ['no token', {Authorization: 'Bearer nonsense'}],
      ...[ended.token, rotated.token, expired.token, foreign, duck.secret, tampered].map(
        (value) => ['a value that does not work', {Authorization: `Bearer ${value}`}] as const,
      ),
    ] as [string, Record<string, string>][]) {
      const {headers: answered, body} = await expectRefusal(
        () =>
          test.call('POST', tokens, {
            as: null,
            headers,
            body: {name: 'x', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'},
          }),
        401,
      )
      expect(answered.get('www-authenticate'), title).to.equal('Bearer')
      expect(body.message, title).to.equal('The API token is missing, invalid or expired')
    }
  })

  it('accepts a credential with Bearer in any spelling, and without it', async () => {
    const {token} = test.ownerToken
    for (const Authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`, token]) {
      expect((await test.call('GET', tokens, {as: null, headers: {Authorization}})).status).to.equal(200)
    }
  })

  const [hint, cause] = ['Run secret command', new Error('secret cause')]
  for (const [error, status, message, retryAfter] of [
    [new AppError('CONFLICT', 'Changed meanwhile', {hint, cause}), 409, 'Changed meanwhile', null],
    [new AppError('RATE_LIMITED', 'Too fast', {hint, cause}), 429, 'Too fast', '1'],
    [new AppError('USAGE', 'Wrong', {hint, cause}), 400, 'Wrong', null],
    [new AppError('UPSTREAM', '/secret', {hint, cause}), 502, 'Another service did not answer', null],
    [new AppError('TIMEOUT', '/secret is locked', {hint, cause}), 504, 'The service is busy; try again', '1'],
    [new AppError('CONFIG', '/secret is full', {hint, cause}), 500, 'Something went wrong inside the service', null],
    [new AppError('INTERNAL', 'secret', {hint, cause}), 500, 'Something went wrong inside the service', null],
    [cause, 500, 'Something went wrong inside the service', null],
  ] as const) {
    it(`answers ${status} to ${error instanceof AppError ? error.code : 'a fault'}, without hint and cause`, async () => {
      test.service.read.listTokens = async () => {
        throw error
      }
      const {status: answered, headers, body} = await test.call('GET', tokens)
      expect(answered).to.equal(status)
      expect(headers.get('retry-after')).to.equal(retryAfter)
      const {requestId, ...words} = body
      expect(words).to.deep.equal({message, statusCode: status})
      const entry = test.log.at(-1)
      expect(entry).to.include({status, requestId})
      expect(entry?.error).to.equal(status < 500 ? undefined : error)
    })
  }
})
