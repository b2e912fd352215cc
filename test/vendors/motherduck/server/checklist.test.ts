import {expect} from 'chai'
import * as z from 'zod'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../../support/motherduck-http.ts'
import {talk} from '../../../support/raw-answers.ts'

const JSON_TYPE = 'application/json'

const REFUSALS = {
  400: {code: 'BAD_REQUEST', message: 'Bad Request'},
  401: {code: 'UNAUTHORIZED', message: 'Invalid Credentials'},
  403: {code: 'FORBIDDEN', message: 'Unauthorized'},
  404: {code: 'NOT_FOUND', message: 'Not Found'},
} as const

const CONFIG = {
  config: {read_write: {instance_size: 'pulse'}, read_scaling: {instance_size: 'pulse', flock_size: 1}},
}

/** The checklist of contracts/motherduck.md, section 9, in its order. */
describe('the MotherDuck server', () => {
  let http: MotherDuckHttp
  beforeEach(async () => {
    http = await openMotherDuckHttp({inMemory: true})
    await http.owner.createUser({username: 'Etl'})
  })
  afterEach(() => http.service.close())

  async function expectRefusal(
    status: keyof typeof REFUSALS,
    [method, target, options]: Parameters<MotherDuckHttp['call']>,
  ): Promise<string[]> {
    const answer = await http.call(method, target, options)
    expect(answer.status, `${method} ${target}: ${answer.text}`).to.equal(status)
    expect(answer.headers.get('content-type')).to.equal(JSON_TYPE)
    const {issues = [], ...words} = answer.body
    expect(words).to.deep.equal(REFUSALS[status])
    return issues.map(({message}: {message: string}) => message)
  }

  it('1. answers each refusal with its status, code and default message, as JSON', async () => {
    const scaling = await http.owner.createToken('admin', {name: 'bi', token_type: 'read_scaling'})
    const member = await http.owner.createToken('Etl', {name: 'own'})
    expect(await expectRefusal(400, ['POST', '/v1/users', {body: '{'}])).to.deep.equal(['the body must be JSON'])
    expect(await expectRefusal(400, ['POST', '/v1/users', {body: {}}])).to.deep.equal(['username is required'])
    for (const body of ['[]', 'null', '"text"']) await expectRefusal(400, ['POST', '/v1/users', {body}])
    expect(await expectRefusal(401, ['GET', '/v1/users', {as: null}])).to.deep.equal([])
    for (const authorization of [
      'Basic YTpi',
      'Bearer',
      http.adminToken.token,
      'Bearer a b',
      'Bearer MOTHERDUCK_TOKEN',
    ]) {
      await expectRefusal(401, ['GET', '/v1/users', {as: null, headers: {authorization}}])
    }
    await expectRefusal(401, ['GET', `/v1/users?access_token=${http.adminToken.token}`, {as: null}])
    expect(await expectRefusal(403, ['GET', '/v1/users', {as: scaling.token}])).to.have.lengthOf(1)
    const [issue] = await expectRefusal(403, ['GET', '/v1/active_accounts', {as: member.token}])
    expect(issue).to.contain('minimum role org_admin is required')
    expect(await expectRefusal(404, ['DELETE', '/v1/users/stranger'])).to.deep.equal([])
  })

  it('1. checks route, credential, type, body, target, permission, in this order', async () => {
    const scaling = await http.owner.createToken('admin', {name: 'bi', token_type: 'read_scaling'})
    const member = await http.owner.createToken('Etl', {name: 'own'})
    const bad = {body: '{"name":""}'}
    expect((await http.call('POST', '/v1/nothing', {as: null})).text).to.equal('Not Found')
    await expectRefusal(401, ['POST', '/v1/users/stranger/tokens', {as: 'none', ...bad}])
    await expectRefusal(403, ['POST', '/v1/users/stranger/tokens', {as: scaling.token, ...bad}])
    await expectRefusal(400, ['POST', '/v1/users/stranger/tokens', {as: member.token, ...bad}])
    await expectRefusal(403, ['POST', '/v1/users/stranger/tokens', {as: member.token, body: {name: 'ci'}}])
    await expectRefusal(404, ['POST', '/v1/users/stranger/tokens', {body: {name: 'ci'}}])
  })

  it('1. answers a fault as JSON without its cause', async () => {
    await http.service.close()
    const {status, body} = await http.call('GET', '/v1/users')
    expect([status, body]).to.deep.equal([500, {code: 'INTERNAL_SERVER_ERROR', message: 'Internal Error'}])
    http = await openMotherDuckHttp({inMemory: true})
  })

  it('1. lists every wrong field of a body as an issue', async () => {
    const body = {name: '', ttl: 299, token_type: 'none'}
    const issues = await expectRefusal(400, ['POST', '/v1/users/Etl/tokens', {body}])
    expect(issues.map((issue) => issue.split(' ')[0])).to.deep.equal(['name', 'ttl', 'token_type'])
  })

  it('1. and 2. answers every success with 200 and a JSON object, also a delete', async () => {
    const minted = await http.call('POST', '/v1/users/Etl/tokens', {body: {name: 'ci'}})
    const deleted = await http.call('DELETE', `/v1/users/Etl/tokens/${minted.body.id}`)
    const user = await http.call('DELETE', '/v1/users/etl')
    for (const {status, headers} of [minted, deleted, user]) {
      expect([status, headers.get('content-type')]).to.deep.equal([200, JSON_TYPE])
    }
    expect([deleted.text, user.text]).to.deep.equal(['{}', '{"username":"Etl"}'])
  })

  it('3. and 6. sends empty lists, without a key for pages next to them', async () => {
    expect((await http.call('GET', '/v1/users/Etl/tokens?cursor=x&page_token=y')).text).to.equal('{"tokens":[]}')
    expect((await http.call('GET', '/v1/active_accounts?limit=1')).text).to.equal('{"accounts":[]}')
  })

  it('3. shows what runs if an operator has written it', async () => {
    const {service, organizationId} = http
    const account = (await service.read.listAccounts(organizationId, 'motherduck')).find(({name}) => name === 'Etl')
    const ducklings = [{id: 'rw', type: 'read_write', status: 'active'}]
    if (!account) throw new Error('The account was created')
    await service.read.updateAccount({...account, settings: JSON.stringify({running: ducklings})})
    expect((await http.call('GET', '/v1/active_accounts')).body).to.deep.equal({
      accounts: [{username: 'Etl', ducklings}],
    })
    await http.call('PUT', '/v1/users/Etl/instances', {body: CONFIG})
    expect((await http.call('GET', '/v1/active_accounts')).body.accounts).to.have.lengthOf(1)
  })

  it('4. shows a secret in the answer to its creation only, and logs none, also if the path holds one', async () => {
    const secret = http.adminToken.token
    const minted = await http.call('POST', '/v1/users/Etl/tokens', {body: {name: 'ci'}})
    const list = await http.call('GET', '/v1/users/Etl/tokens')
    expect(list.text).to.not.contain('"token":')
    // Version 0.2.0 of the R package deletes a token by the value of the admin token.
    const wrong = await http.call('DELETE', `/v1/users/Etl/tokens/${secret}`)
    expect([wrong.status, wrong.text]).to.deep.equal([404, '{"code":"NOT_FOUND","message":"Not Found"}'])
    const name = await http.call('GET', `/v1/users/${secret}/tokens`)
    expect([name.status, name.text]).to.deep.equal([404, '{"code":"NOT_FOUND","message":"Not Found"}'])
    const logged = JSON.stringify(http.log.map((entry) => ({...entry, path: entry.path})))
    for (const each of [secret, minted.body.token]) expect(logged).to.not.contain(each.slice(-40))
  })

  it('5. and 6. leaves out what does not apply, and writes whole numbers', async () => {
    const never = await http.call('POST', '/v1/users/Etl/tokens', {body: {name: 'ci', description: ''}})
    expect(Object.keys(never.body)).to.deep.equal(['token', 'id', 'name', 'created_ts', 'read_only', 'token_type'])
    const body =
      '{"config":{"read_write":{"instance_size":"pulse"},"read_scaling":{"instance_size":"jumbo","flock_size":4.0,"cooldown_seconds":6e1}}}'
    expect((await http.call('PUT', '/v1/users/Etl/instances', {body})).text).to.equal(
      '{"read_write":{"instance_size":"pulse"},"read_scaling":{"instance_size":"jumbo","flock_size":4,"cooldown_seconds":60}}',
    )
  })

  it('7. answers 404 as JSON for an unknown user, and as plain text for a path without a route', async () => {
    for (const path of ['tokens', 'instances']) await expectRefusal(404, ['GET', `/v1/users/stranger/${path}`])
    for (const [method, target] of [
      ['GET', '/v1/users/Etl'],
      ['PATCH', '/v1/users/Etl'],
      ['GET', '/'],
      ['GET', '/v1'],
      ['GET', '/v2/users'],
      ['POST', '/v1/dives/0198c0de-0000-7000-8000-000000000000/embed-session'],
      ['GET', '/v1/users/Etl/tokens/0198c0de-0000-7000-8000-000000000000'],
    ] as const) {
      const {status, headers, text} = await http.call(method, target)
      expect([status, headers.get('content-type'), text], target).to.deep.equal([
        404,
        'text/plain; charset=utf-8',
        'Not Found',
      ])
    }
  })

  it('8. accepts a ttl of null as none, and refuses the others that do not fit', async () => {
    const {status, body} = await http.call('POST', '/v1/users/Etl/tokens', {body: {ttl: null, name: 'n'}})
    expect([status, 'expire_at' in body]).to.deep.equal([200, false])
    for (const ttl of [299, 31_536_001, 300.5, '3600', true]) {
      const [issue] = await expectRefusal(400, ['POST', '/v1/users/Etl/tokens', {body: {name: 'n', ttl}}])
      expect(issue).to.contain('ttl')
    }
    for (const ttl of ['1e400', '-0', '300.0000001']) {
      await expectRefusal(400, ['POST', '/v1/users/Etl/tokens', {body: `{"name":"n","ttl":${ttl}}`}])
    }
  })

  it('9. turns no dot, empty segment or trailing slash into another route, and redirects nothing', async () => {
    await http.owner.createUser({username: 'users'})
    const before = await http.snapshot()
    for (const target of [
      '/v1/users/Etl/tokens/..',
      '/v1/users/Etl/tokens/%2e%2e',
      '/v1/users/Etl/tokens/../',
      '/v1/users/stranger/../Etl',
      '/v1/users/./Etl',
      '/v1/users//Etl',
      '//v1/users/Etl',
      '/v1/users/Etl/',
      '/v1/users/',
      '/v1/users/Etl\\..',
      '/v1\\users\\Etl',
      '/v1/users/Etl%2Ftokens',
      '/v1/users/Etl%2F..',
      '/v1/users/%',
      '/v1/users/..',
    ]) {
      const {status} = await http.call('DELETE', target)
      expect(status, target).to.equal(404)
    }
    expect(await http.snapshot()).to.equal(before)
  })

  it('9. routes the target that the client sent, also over a socket', async () => {
    const server = await http.listen()
    try {
      const before = await http.snapshot()
      for (const target of ['/v1/users/Etl/tokens/..', '/v1/users/stranger/../Etl', '/v1/users/Etl\\']) {
        const head = [`DELETE ${target} HTTP/1.1`, `Host: localhost:${server.port}`, 'Connection: close']
        const [answer] = await talk(
          server.port,
          `${[...head, `Authorization: Bearer ${http.adminToken.token}`].join('\r\n')}\r\n\r\n`,
        )
        expect(answer?.status, target).to.equal(404)
      }
      expect(await http.snapshot()).to.equal(before)
    } finally {
      await server.stop(0)
    }
  })

  it('10. finds a user in any case and spelling of the path, and answers with the stored one', async () => {
    await http.owner.createUser({username: 'Élodie'})
    for (const segment of ['%c3%89lodie', '%C3%89LODIE', 'e%CC%81lodie', '%C3%A9lodie', '%45%CC%81lodie']) {
      expect((await http.call('GET', `/v1/users/${segment}/instances`)).status, segment).to.equal(200)
    }
    expect((await http.call('DELETE', '/v1/users/%c3%a9lodie')).text).to.equal('{"username":"Élodie"}')
  })

  it('11. refuses an expired token immediately', async () => {
    const {token} = await http.owner.createToken('admin', {name: 'short', ttl: 300})
    expect((await http.call('GET', '/v1/users', {as: token})).status).to.equal(200)
    http.clock.nowMs += 300_000
    await expectRefusal(401, ['GET', '/v1/users', {as: token}])
  })

  it('12. listens on loopback, and answers to no other name', async () => {
    const server = await http.listen()
    try {
      expect(server.addresses.every((address) => ['127.0.0.1', '::1'].includes(address))).to.equal(true)
    } finally {
      await server.stop(0)
    }
    const {status, body} = await http.call('GET', '/v1/users', {headers: {Host: 'evil.example'}})
    expect([status, body.code]).to.deep.equal([421, 'BAD_REQUEST'])
  })

  it('publishes an OpenAPI description of every route, without a credential', async () => {
    const {status, headers, body} = await http.call('GET', '/docs/specs', {as: null})
    expect([status, headers.get('content-type'), body.openapi]).to.deep.equal([200, JSON_TYPE, '3.0.3'])
    const operations = z.record(z.string(), z.record(z.string(), z.unknown())).parse(body.paths)
    const described = Object.entries(operations).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described).to.deep.equal([
      'GET /v1/users',
      'POST /v1/users',
      'DELETE /v1/users/{username}',
      'GET /v1/users/{username}/tokens',
      'POST /v1/users/{username}/tokens',
      'DELETE /v1/users/{username}/tokens/{token_id}',
      'GET /v1/users/{username}/instances',
      'PUT /v1/users/{username}/instances',
      'GET /v1/active_accounts',
    ])
    for (const name of JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      expect(body.components.schemas).to.have.property(name[1] ?? '')
    }
  })

  it('does not route embed sessions, for anyone and with any body', async () => {
    const before = await http.snapshot()
    const target = '/v1/dives/0198c0de-0000-7000-8000-000000000000/embed-session'
    const body = {username: 'Etl', session_name: 'board', version: 1}
    for (const as of [http.adminToken.token, null]) {
      const {status, headers, text} = await http.call('POST', target, {as, body})
      expect([status, headers.get('content-type'), text]).to.deep.equal([404, 'text/plain; charset=utf-8', 'Not Found'])
    }
    expect(await http.snapshot()).to.equal(before)
  })

  it('reads the parameters of a list of users, and ignores others', async () => {
    expect((await http.call('GET', '/v1/users?limit=1000&offset=1&unknown=x')).body.users).to.have.lengthOf(1)
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'is_service_account=yes', 'limit=1e2']) {
      await expectRefusal(400, ['GET', `/v1/users?${query}`])
    }
  })
})
