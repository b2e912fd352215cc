import {expect} from 'chai'
import {DELTASTREAM_API} from '../../../src/vendors/deltastream/vendor-api.ts'
import {createTestTarget, TEST_MACHINE} from '../../support/deltastream-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {deltaStreamToken} from '../../support/scripted-deltastream.ts'
import {answer, answerText, openScriptedServer} from '../../support/scripted-server.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

function encode(payload: object, header: object = {alg: 'ES256'}): string {
  const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${segment(header)}.${segment(payload)}.c2ln`
}

const fail = (work: () => unknown, code: Parameters<typeof expectFailure>[1]) =>
  expectFailure((async () => work())(), code)

describe('how DeltaStream is reached', () => {
  for (const [url, href] of [
    [DELTASTREAM_API.defaultUrl, 'https://api.deltastream.io/v2'],
    ['https://api.deltastream.io/v2/', 'https://api.deltastream.io/v2'],
    ['https://api.deltastream.io/v2/statements', 'https://api.deltastream.io/v2'],
    ['https://api.deltastream.io/v2//statements//', 'https://api.deltastream.io/v2'],
    ['https://tokens.example.com/ds', 'https://tokens.example.com/ds'],
    ['https://tokens.example.com/statements', 'https://tokens.example.com/'],
    ['https://tokens.example.com/my-statements', 'https://tokens.example.com/my-statements'],
    ['http://localhost:8890/v2', 'http://localhost:8890/v2'],
  ] as const) {
    it(`accepts the base URL ${url}`, () => {
      expect(DELTASTREAM_API.checkUrl(url).href).to.equal(href)
    })
  }

  for (const url of [
    '',
    'api.deltastream.io/v2',
    'http://api.deltastream.io/v2',
    'ftp://api.deltastream.io/v2',
    'https://me:SECRET@x.example/v2',
    'https://x.example/v2/statements?a=SECRET',
    'https://x.example/v2#SECRET',
  ]) {
    it(`refuses ${url || 'an empty URL'} with CONFIG`, async () => {
      expect((await fail(() => DELTASTREAM_API.checkUrl(url), 'CONFIG')).message).to.not.contain('SECRET')
    })
  }

  for (const [value, href] of [
    ['https://api.deltastream.io/v2/statements', 'https://api.deltastream.io/v2'],
    ['https://api.deltastream.io/v2', 'https://api.deltastream.io/v2'],
    ['https://api-abc.deltastream.io/v2/', 'https://api-abc.deltastream.io/v2'],
    ['https://API.DeltaStream.IO/v2', 'https://api.deltastream.io/v2'],
    [' http://127.0.0.1:8890/v2/statements\n', 'http://127.0.0.1:8890/v2'],
    ['http://[::1]:8890/v2', 'http://[::1]:8890/v2'],
  ] as const) {
    it(`follows DS_ENDPOINT to ${value.trim()}`, () => {
      const {url, source} = DELTASTREAM_API.findUrl({DS_ENDPOINT: value}) ?? {}
      expect([url?.href, source]).to.deep.equal([href, 'DS_ENDPOINT'])
    })
  }

  for (const value of [
    '',
    ' ',
    'https://evil.example/v2',
    'https://deltastream.io.evil.example/v2',
    'https://evildeltastream.io/v2',
    'https://api.deltastream.com/v2',
    'https://api.deltastream.io@evil.example/v2',
    'http://api.deltastream.io/v2',
    'http://localhost.evil.example:8890/v2',
    'deltastream.io',
  ]) {
    it(`does not follow DS_ENDPOINT to ${JSON.stringify(value)}`, async () => {
      await fail(() => DELTASTREAM_API.findUrl({DS_ENDPOINT: value}), 'CONFIG')
    })
  }

  it('uses the default URL without the variable', () => {
    expect(DELTASTREAM_API.findUrl({})).to.equal(null)
  })
})

describe('a credential of DeltaStream', () => {
  const baseUrl = new URL(DELTASTREAM_API.defaultUrl)
  const use = {source: 'DS_TOKEN', baseUrl, now: NOW}

  it('is read only for what it says of itself', () => {
    expect(DELTASTREAM_API.readCredential(encode({sub: 'ann', role: 'x', org_id: 'y'}), use)).to.deep.equal({
      tokenId: undefined,
      subject: 'ann',
      issuer: undefined,
      expiresAt: null,
      places: {},
    })
    const ending = encode({exp: NOW / 1000 + 1, iss: 'https://other'})
    expect(DELTASTREAM_API.readCredential(ending, use)).to.deep.equal({
      tokenId: undefined,
      subject: undefined,
      issuer: 'https://other',
      expiresAt: '2026-01-01T00:00:01Z',
      places: {},
    })
  })

  for (const [title, secret] of Object.entries({
    'a word': 'DS_TOKEN',
    'two parts': 'a.b',
    'parts that are not JSON': 'aaaa.bbbb.cccc',
    'a header without alg': encode({}, {}),
    'a header': `Bearer ${encode({})}`,
    quotes: `"${encode({})}"`,
  })) {
    it(`is refused as malformed: ${title}`, async () => {
      const {message} = await fail(() => DELTASTREAM_API.readCredential(secret, use), 'UNAUTHENTICATED')
      expect(message).to.equal('DS_TOKEN does not hold a DeltaStream token')
    })
  }

  it('is refused after its end', async () => {
    for (const exp of [NOW / 1000, NOW / 1000 - 60, 0]) {
      const {message} = await fail(() => DELTASTREAM_API.readCredential(encode({exp}), use), 'UNAUTHENTICATED')
      expect(message).to.contain('expired')
    }
  })

  it('of a tokenry installation names its token and role, and is not sent to DeltaStream', async () => {
    const ours = encode({iss: 'urn:tokenry:x', sub: 'id', org_id: 'org', role: 'sysadmin'})
    const local = {...use, baseUrl: new URL('http://localhost:8890/v2')}
    expect(DELTASTREAM_API.readCredential(ours, local)).to.deep.include({
      tokenId: 'id',
      places: {organization: 'org', role: 'sysadmin'},
    })
    for (const host of ['api.deltastream.io', 'api-x.deltastream.io', 'deltastream.io', 'api.deltastream.io.']) {
      const sent = {...use, baseUrl: new URL(`https://${host}/v2`)}
      const {message} = await fail(() => DELTASTREAM_API.readCredential(ours, sent), 'CONFIG')
      expect(message).to.contain('is not sent to')
    }
  })

  it('is checked by one request for the version', async () => {
    const server = await openScriptedServer([
      answer(200, {major: 2, minor: 0, patch: 1}),
      answer(403, {message: 'invalid or expired token'}),
      answer(401, {message: 'invalid or expired token'}),
      answerText(200, '<html>'),
      answer(404, {message: 'no'}),
    ])
    const target = createTestTarget(new URL('/v2', server.url), deltaStreamToken('me'))
    expect(await DELTASTREAM_API.signIn(target, TEST_MACHINE)).to.deep.equal({})
    for (const code of ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UPSTREAM', 'CONFIG'] as const) {
      await expectFailure(DELTASTREAM_API.signIn(target, TEST_MACHINE), code)
    }
    expect(server.requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal(Array(5).fill('GET /v2/version'))
    await server.close()
  })
})
