import {expect} from 'chai'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'

describe('Astro over HTTP: signing in without a browser', () => {
  let test: AstroHttp
  beforeEach(async () => {
    test = await openAstroHttp()
  })
  afterEach(() => test.service.close())

  const form = {'Content-Type': 'application/x-www-form-urlencoded'}
  const refresh = (fields: Record<string, string>) =>
    test.call('POST', '/oauth/token', {as: null, body: new URLSearchParams(fields).toString(), headers: form})

  it('returns the origin of the request as the URL to sign in at, with a slash at its end', async () => {
    const path = '/private/v1alpha1/cli/auth-config'
    for (const [Host, domainUrl] of [
      ['localhost:8888', 'http://localhost:8888/'],
      ['localhost', 'http://localhost/'],
    ] as const) {
      const answer = await test.call('GET', `http://${Host}${path}`, {as: null})
      const body = {clientId: 'tokenry', audience: 'astronomer-ee', domainUrl}
      expect(answer).to.deep.include({status: 200, body})
    }
  })

  it('returns the token with an e-mail address as the user, and refuses a request without a token', async () => {
    const {id} = test.ownerToken
    const email = `${id}@tokens.tokenry.invalid`
    expect(await test.call('GET', '/userinfo')).to.deep.include({status: 200, body: {sub: id, email, name: 'owner'}})
    expect((await test.call('GET', '/userinfo', {as: null})).status).to.equal(401)
    expect((await test.call('GET', '/v1/users/self?createIfNotExist=true')).body).to.include({
      id,
      username: email,
      fullName: 'owner',
      status: 'ACTIVE',
      organizationId: test.organizationId,
    })
  })

  it('accepts a valid token as its own refresh token, returns its remaining lifetime, and records the use', async () => {
    const minted = await test.create({name: 'short', tokenExpiryPeriodInDays: 1})
    test.clock.nowMs += 600_500
    const {status, headers, body} = await refresh({
      grant_type: 'refresh_token',
      client_id: 'tokenry',
      refresh_token: minted.token,
    })
    expect([status, headers.get('cache-control')]).to.deep.equal([200, 'no-store'])
    expect(body).to.deep.equal({
      access_token: minted.token,
      refresh_token: minted.token,
      id_token: '',
      token_type: 'Bearer',
      scope: '',
      expires_in: 86_400 - 601,
    })
    await test.service.settle()
    const {lastUsedAt} = await test.owner.getToken(test.organizationId, minted.id)
    expect(lastUsedAt).to.equal('2026-11-22T12:10:01Z')
  })

  it('returns the longest period that Astro has for a token without an expiry', async () => {
    const {body} = await refresh({grant_type: 'refresh_token', refresh_token: test.ownerToken.token})
    expect(body.expires_in).to.equal(3650 * 86_400)
  })

  describe('always puts `error` into the answer to a failed request:', () => {
    const expectOauthError = ({status, body}: Awaited<ReturnType<AstroHttp['call']>>, code: number, error: string) => {
      expect(status).to.equal(code)
      expect(body).to.include({error, error_description: body.message, statusCode: code})
      expect(body).to.have.property('requestId')
      expect(body).to.not.have.any.keys('access_token', 'refresh_token')
    }

    for (const [title, fields, error] of [
      ['nothing at all', {}, 'invalid_request'],
      ['an empty refresh token', {grant_type: 'refresh_token', refresh_token: ''}, 'invalid_request'],
      ['no refresh token', {grant_type: 'refresh_token'}, 'invalid_request'],
      ['an invalid refresh token', {grant_type: 'refresh_token', refresh_token: 'x'}, 'invalid_grant'],
      ['a code', {grant_type: 'authorization_code', code: 'x', code_verifier: 'y'}, 'unsupported_grant_type'],
      ['a key', {grant_type: 'client_credentials', client_id: 'x', client_secret: 'y'}, 'unsupported_grant_type'],
      ['a password', {grant_type: 'password', username: 'x', password: 'y'}, 'unsupported_grant_type'],
    ] as const) {
      it(title, async () => expectOauthError(await refresh(fields), 400, error))
    }

    it('a rotated secret', async () => {
      const minted = await test.create()
      await test.owner.rotateToken(test.organizationId, minted.id)
      const answer = await refresh({grant_type: 'refresh_token', refresh_token: minted.token})
      expectOauthError(answer, 400, 'invalid_grant')
    })

    it('another method, another host, a body that is too large, a path with two slashes, a bug', async () => {
      expectOauthError(await test.call('GET', '/oauth/token'), 405, 'invalid_request')
      const rebound = await test.call('POST', 'http://evil.example/oauth/token', {as: null})
      expectOauthError(rebound, 421, 'invalid_request')
      expectOauthError(await refresh({grant_type: 'x'.repeat(300_000)}), 413, 'invalid_request')
      expectOauthError(await test.call('POST', '/x//oauth/token'), 404, 'invalid_request')
      test.service.verify = async () => {
        throw new Error('secret cause')
      }
      const fault = await refresh({grant_type: 'refresh_token', refresh_token: 'x'})
      expectOauthError(fault, 500, 'server_error')
      expect(JSON.stringify(fault.body)).to.not.contain('secret cause')
    })
  })

  it('has no other login paths: no browser, no callback', async () => {
    for (const path of ['/authorize', '/login', '/callback', '/.well-known/openid-configuration']) {
      expect((await test.call('GET', path)).status).to.equal(404)
    }
  })
})
