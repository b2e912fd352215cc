import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {newUuid} from '../../../src/lib/ids.ts'
import {createHandlers} from '../../../src/service/http/app.ts'
import type {ListenerOptions} from '../../../src/service/http/node-listener.ts'
import {serviceRoutes} from '../../../src/service/http/service-routes.ts'
import {StoreLostError} from '../../../src/service/store/store-lost-error.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {answerRequest} from '../../support/answer-request.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {runTokenry} from '../../support/run-tokenry.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

describe('POST /verify', () => {
  let test: TestService
  let handlers: ListenerOptions
  beforeEach(async () => {
    test = await openTestService({inMemory: true})
    const dialect = plainDialect({routes: [{path: '/verify/more', handlers: {GET: (c) => c.json({dialect: true})}}]})
    handlers = createHandlers({
      dialect,
      own: serviceRoutes(test.service),
      hosts: new Set(['localhost']),
      newRequestId: newUuid,
    })
  })
  afterEach(() => test.service.close())

  async function send(init: RequestInit, target = '/verify') {
    const response = await answerRequest(
      handlers,
      new Request(`http://localhost${target}`, {method: 'POST', ...init}),
      target,
    )
    const body = (await response.json()) as Record<string, unknown>
    return {status: response.status, headers: response.headers, body}
  }
  const sendJson = (content: unknown) => send({body: JSON.stringify(content)})
  const sendBearer = (token: string) => send({headers: {authorization: `Bearer ${token}`}})

  it('returns what `token verify --json` returns, for each verdict, and 200', async () => {
    const {secret: valid} = await issueTestToken(test)
    const {secret: expired} = await issueTestToken(test, {lifetimeMs: 1})
    const ended = await issueTestToken(test)
    const reference = {organizationId: test.organizationId, tokenId: ended.token.id}
    const rotated = await test.service.rotate(ASTRO_POLICY, ACTOR, reference)
    const deleted = await issueTestToken(test)
    await test.service.delete(ASTRO_POLICY, ACTOR, {...reference, tokenId: deleted.token.id})
    const other = await openTestService({inMemory: true})
    const {secret: foreign} = await issueTestToken(other)
    await other.service.close()
    test.clock.nowMs += 1
    const unknown = `${valid.slice(0, -4)}AAAA`
    for (const [token, reason] of [
      [valid, null],
      [rotated.secret, null],
      [expired, 'expired'],
      [ended.secret, 'rotated'],
      [deleted.secret, 'deleted'],
      [foreign, 'not ours'],
      [unknown, 'unknown'],
      ['no token', 'malformed'],
      ['', 'malformed'],
    ] as const) {
      const {status, body} = await sendJson({token})
      expect(body, token).to.include({reason, valid: reason === null, issuer: test.service.installation.issuer})
      expect(status).to.equal(200)
      if (token === '') continue
      const run = await runTokenry(['token', 'verify', '--json'], {
        home: test.dataFolder,
        stdin: token,
        nowMs: test.clock.nowMs,
        fakeService: () => test.service,
      })
      const document = JSON.parse(run.stdout)
      expect(body).to.deep.equal(document.result ?? document.error.result)
    }
  })

  it('accepts the token in the header Authorization too, with any case and several blanks', async () => {
    const {secret, token} = await issueTestToken(test)
    for (const scheme of ['Bearer ', 'bearer ', 'BEARER   ']) {
      expect((await send({headers: {authorization: scheme + secret}})).body).to.include({valid: true, id: token.id})
    }
    const both = {headers: {authorization: `Bearer ${secret}`}, body: JSON.stringify({token: `${secret}\n`})}
    expect((await send(both)).body).to.include({valid: true})
  })

  it('is not a use of the token, and writes nothing', async () => {
    const {secret, token} = await issueTestToken(test)
    const before = await test.service.read.listAudit(test.organizationId)
    for (const verify of [() => sendJson({token: secret}), () => sendBearer(secret)]) await verify()
    await test.service.settle()
    const after = await test.service.read.findToken(test.organizationId, 'astro', token.id)
    expect(after).to.include({lastUsedAt: null, revision: 1})
    expect(await test.service.read.listAudit(test.organizationId)).to.deep.equal(before)
  })

  it('reports nothing about a token whose secret was not sent', async () => {
    const {secret, token} = await issueTestToken(test, {name: 'payroll'})
    // The claims name the token, but the secret is not its own.
    const [header, claims] = secret.split('.')
    for (const sent of [`${header}.${claims}.`, `${header}.${claims}.${'A'.repeat(86)}`, token.id, 'payroll']) {
      const {body} = await sendJson({token: sent})
      expect(body).to.include({valid: false, id: null, name: null, scope: null, role: null, entityId: null})
      expect(JSON.stringify(body)).to.not.contain('payroll').and.to.not.contain(token.id)
    }
  })

  it('refuses a request without one token with 400, and repeats nothing of it', async () => {
    const {secret} = await issueTestToken(test)
    for (const [init, words] of [
      [{}, 'send the token as'],
      [{headers: {authorization: 'Basic dTpw'}}, 'send the token as'],
      [{headers: {authorization: 'Bearer a b'}}, 'send the token as'],
      [{body: JSON.stringify({})}, 'send the token as'],
      [{body: JSON.stringify({token: 1})}, 'send the token as'],
      [{body: JSON.stringify([secret])}, 'send the token as'],
      [{body: 'null'}, 'send the token as'],
      [{body: secret}, 'the body must be JSON'],
      [{body: `{"token": "${secret}`}, 'the body must be JSON'],
      [{body: JSON.stringify({token: 'x'}), headers: {authorization: `Bearer ${secret}`}}, 'another token'],
    ] as const) {
      const {status, body} = await send(init)
      expect(status, JSON.stringify(init)).to.equal(400)
      expect(body).to.include({statusCode: 400}).and.to.have.keys(['message', 'requestId', 'statusCode'])
      expect(body['message']).to.contain(words).and.to.not.contain(secret)
    }
  })

  it('refuses a body of more than 16 KiB with 413, and another method with 405', async () => {
    expect(await sendJson({token: 'x'.repeat(16_384)})).to.deep.include({status: 413})
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const {status, headers} = await send({method})
      expect([status, headers.get('allow')], method).to.deep.equal([405, 'POST'])
    }
  })

  for (const [what, err] of [
    ['another process holds the lock of the store', new AppError('TIMEOUT', 'locked')],
    ['the store is lost', new StoreLostError('lost', 'look')],
  ] as const) {
    it(`is answered with 503 and Retry-After if ${what}`, () => {
      const {status, headers} = serviceRoutes(test.service).answerError({err, path: '/verify', requestId: 'id'})
      expect([status, headers['Retry-After']]).to.deep.equal([503, '1'])
    })
  }

  it('takes only its own path from the dialect', async () => {
    const {status, body} = await send({method: 'GET'}, '/verify/more')
    expect([status, body]).to.deep.equal([200, {dialect: true}])
    for (const path of ['/verify/', '//verify', '/Verify', '/verify%2f']) {
      expect((await send({}, path)).status, path).to.equal(404)
    }
    expect((await send({body: '{"token":"x"}'}, '/verify?token=y')).body).to.include({reason: 'malformed'})
  })

  it('is answered with 503 and Retry-After if a thousand requests are in progress', async () => {
    const {promise, resolve} = Promise.withResolvers<void>()
    const slow = plainDialect({routes: [{path: '/slow', handlers: {GET: async (c) => promise.then(() => c.json({}))}}]})
    handlers = createHandlers({
      dialect: slow,
      own: serviceRoutes(test.service),
      hosts: new Set(['localhost']),
      newRequestId: newUuid,
    })
    const waiting = Array.from({length: 1000}, () => send({method: 'GET'}, '/slow'))
    const {status, headers, body} = await sendBearer('x')
    expect([status, headers.get('retry-after'), body['message']]).to.deep.equal([
      503,
      '1',
      'The service is busy; try again',
    ])
    resolve()
    expect((await Promise.all(waiting)).every((answer) => answer.status === 200)).to.equal(true)
    expect((await sendBearer('x')).status).to.equal(200)
  })
})
