import {expect} from 'chai'
import {ASTRO_API} from '../../../src/vendors/astro/vendor-api.ts'
import type {HttpMachine} from '../../../src/vendors/http.ts'
import {expectFailure} from '../../support/rejection.ts'
import {answer, openScriptedServer} from '../../support/scripted-server.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const MACHINE: HttpMachine = {
  env: {},
  now: () => NOW,
  pause: async () => {},
  refuseWhenStopped: () => {},
  random: () => 0,
  timeoutMs: 1000,
}

function encode(payload: object): string {
  const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${segment({alg: 'RS256'})}.${segment(payload)}.c2ln`
}

describe('how Astro is reached', () => {
  it('accepts the whole base URL of an API: https, or http on this machine', () => {
    expect(ASTRO_API.checkUrl('https://tokens.example.com/astro/v1/').href).to.equal(
      'https://tokens.example.com/astro/v1',
    )
    expect(ASTRO_API.checkUrl('http://localhost:8888/v1').href).to.equal('http://localhost:8888/v1')
    expect(ASTRO_API.checkUrl('http://[::1]:8888/v1').href).to.equal('http://[::1]:8888/v1')
    expect(ASTRO_API.checkUrl(ASTRO_API.defaultUrl).href).to.equal('https://api.astronomer.io/v1')
  })

  for (const [url, word] of [
    ['', 'not an https URL'],
    ['tokens.example.com/v1', 'not an https URL'],
    ['ftp://tokens.example.com/v1', 'not an https URL'],
    ['file:///v1', 'not an https URL'],
    ['http://tokens.example.com/v1', 'is http'],
    ['http://localhost.example.com/v1', 'is http'],
    ['http://localhost@example.com/v1', 'holds a user'],
    ['https://me:SECRET@tokens.example.com/v1', 'holds a user'],
    ['https://tokens.example.com/v1?token=SECRET', 'has a query'],
    ['https://tokens.example.com/v1#SECRET', 'has a query'],
    ['https://tokens.example.com', 'does not end in /v1'],
  ] as const) {
    it(`refuses ${url || 'an empty URL'} with CONFIG`, async () => {
      const {message} = await expectFailure((async () => ASTRO_API.checkUrl(url))(), 'CONFIG')
      expect(message).to.contain(word).and.to.not.contain('SECRET')
    })
  }

  it('follows ASTRO_DOMAIN to Astronomer and to this machine only', async () => {
    expect(ASTRO_API.findUrl({})).to.equal(null)
    const {url, source} = ASTRO_API.findUrl({ASTRO_DOMAIN: 'localhost'}) ?? {}
    expect([url?.href, source]).to.deep.equal(['http://localhost:8888/v1', 'ASTRO_DOMAIN'])
    await expectFailure((async () => ASTRO_API.findUrl({ASTRO_DOMAIN: 'evil.example'}))(), 'CONFIG')
  })

  it('reads what a credential says of itself', () => {
    const permissions = ['organizationId:org', 'workspaceId:ws', 'apiTokenId:tok']
    const secret = encode({permissions, exp: NOW / 1000 + 60, iss: 'https://auth.astronomer.io/'})
    const use = {source: 'X', baseUrl: new URL(ASTRO_API.defaultUrl), now: NOW}
    expect(ASTRO_API.readCredential(secret, use)).to.deep.equal({
      tokenId: 'tok',
      issuer: 'https://auth.astronomer.io/',
      expiresAt: '2026-01-01T00:01:00Z',
      places: {organization: 'org', workspace: 'ws'},
    })
    expect(ASTRO_API.readCredential(encode({}), use)).to.include({expiresAt: null})
  })

  it('signs in by one list of organizations', async () => {
    const server = await openScriptedServer([
      answer(200, {organizations: [], totalCount: 0, limit: 1, offset: 0}),
      answer(401, {message: 'no', requestId: 'r', statusCode: 401}),
    ])
    const target = {baseUrl: server.url, credential: 'secret', credentialSource: 'X'}
    expect(await ASTRO_API.signIn(target, MACHINE)).to.deep.equal({})
    await expectFailure(ASTRO_API.signIn(target, MACHINE), 'UNAUTHENTICATED')
    expect(server.requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal([
      'GET /v1/organizations?limit=1&offset=0',
      'GET /v1/organizations?limit=1&offset=0',
    ])
    expect(server.requests[0]?.headers.authorization).to.equal('Bearer secret')
    await server.close()
  })
})
