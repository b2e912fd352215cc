import {gzipSync} from 'node:zlib'
import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'

describe('Astro over HTTP: the form of a body', () => {
  let test: AstroHttp
  let tokens: string
  beforeEach(async () => {
    test = await openAstroHttp()
    tokens = `/v1/organizations/${test.organizationId}/tokens`
  })
  afterEach(() => test.service.close())

  const newToken = () => ({
    name: 'é',
    scope: 'DEPLOYMENT',
    role: 'DEPLOYMENT_ADMIN',
    entityId: test.deploymentId,
  })
  const create = (headers: Record<string, string>, body: unknown = newToken()) =>
    test.call('POST', tokens, {body, headers})

  async function expectRefusal(work: () => ReturnType<typeof create>, words: string): Promise<void> {
    const before = await test.snapshot()
    const {status, body, headers} = await work()
    expect(status, JSON.stringify(body)).to.equal(415)
    expect(body).to.include({statusCode: 415, requestId: headers.get('x-request-id')})
    expect(body.message).to.contain(words)
    expect(await test.snapshot()).to.equal(before)
  }

  for (const coding of [
    'gzip',
    'x-gzip',
    'deflate',
    'br',
    'zstd',
    'identity, gzip',
    'gzip,identity',
    'GZIP',
    'nonsense',
  ]) {
    it(`refuses Content-Encoding: ${coding} with 415, names what is possible, and creates nothing`, async () => {
      for (const body of [newToken(), gzipSync(JSON.stringify(newToken()))]) {
        await expectRefusal(() => create({'Content-Encoding': coding}, body), 'identity')
      }
      expect((await create({'Content-Encoding': coding})).headers.get('accept-encoding')).to.equal('identity')
    })
  }

  for (const coding of ['identity', 'Identity', 'identity, identity', '']) {
    it(`accepts Content-Encoding: ${coding || 'nothing'}`, async () => {
      expect((await create({'Content-Encoding': coding})).body).to.include({name: 'é'})
    })
  }

  for (const type of [
    'application/json; charset=iso-8859-1',
    'application/json;charset=utf-16',
    'application/json; charset="windows-1252"',
    'application/json; CHARSET=UTF-16LE',
    'application/json ; charset = us-ascii',
    'application/json; charset=utf-8; charset=latin1',
    'application/json; profile="a; charset=utf-8"; charset=latin1',
    'text/plain; charset=koi8-r',
    'application/json; charset=utf-88',
    'application/json; charset=',
  ]) {
    it(`refuses Content-Type: ${type} with 415, and creates nothing`, async () => {
      await expectRefusal(() => create({'Content-Type': type}), 'UTF-8')
    })
  }

  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="Utf-8"',
    'application/json; charset=utf8',
    'application/json; profile="a; charset=latin1"',
    'application/json; charset-hint=latin1',
    'text/plain',
    'application/x-www-form-urlencoded',
    'nonsense',
  ]) {
    it(`accepts a body with Content-Type: ${type}, and reads it as UTF-8`, async () => {
      expect((await create({'Content-Type': type})).body).to.include({name: 'é'})
    })
  }

  it('is checked on every path that accepts a body, whether the path reads the body or not', async () => {
    const {id} = await test.create({name: 'known'})
    const headers = {'Content-Encoding': 'gzip'}
    for (const [method, path] of [
      ['POST', `${tokens}/${id}`],
      ['POST', `${tokens}/${id}/roles`],
      ['POST', `${tokens}/${id}/rotate`],
      ['DELETE', `${tokens}/${id}`],
      ['POST', `/v1/organizations/${test.organizationId}/deployments/${test.deploymentId}/agent-tokens`],
    ] as const) {
      await expectRefusal(() => test.call(method, path, {body: '{}', headers}), 'identity')
    }
    const signIn = await test.call('POST', '/oauth/token', {
      body: `grant_type=refresh_token&refresh_token=${test.ownerToken.token}`,
      headers: {'Content-Type': 'application/x-www-form-urlencoded; charset=latin1'},
    })
    expect(signIn.status).to.equal(415)
    expect(signIn.body).to.include({error: 'invalid_request'}).and.to.not.have.any.keys('access_token', 'token')
  })

  it('does not matter if there is no body', async () => {
    const {id} = await test.create({name: 'known'})
    const headers = {'Content-Encoding': 'gzip', 'Content-Type': 'application/json; charset=latin1'}
    expect((await test.call('GET', tokens, {headers})).status).to.equal(200)
    expect((await test.call('POST', `${tokens}/${id}/rotate`, {headers})).status).to.equal(200)
    expect((await test.call('DELETE', `${tokens}/${id}`, {headers})).status).to.equal(204)
  })

  it('is declared in every answer, so that a browser does not guess: nosniff', async () => {
    const {id} = await test.create({name: 'known'})
    for (const [method, path, status, as] of [
      ['GET', tokens, 200, undefined],
      ['HEAD', tokens, 200, undefined],
      ['POST', `${tokens}/${id}/rotate`, 200, undefined],
      ['DELETE', `${tokens}/${id}`, 204, undefined],
      ['POST', tokens, 400, undefined],
      ['GET', tokens, 401, null],
      ['GET', '/none', 404, undefined],
      ['PUT', tokens, 405, undefined],
      ['POST', '/oauth/token', 400, undefined],
      ['GET', 'http://evil.example/', 421, undefined],
    ] as const) {
      const answer = await test.call(method, path, as === undefined ? {} : {as})
      expect(answer.status, `${method} ${path}`).to.equal(status)
      expect(answer.headers.get('x-content-type-options'), `${method} ${path}`).to.equal('nosniff')
    }
  })
})
