import {expect} from 'chai'
import {MOTHERDUCK} from '../../../src/vendors/motherduck/vendor.ts'
import {MOTHERDUCK_API} from '../../../src/vendors/motherduck/vendor-api.ts'
import {createTestTarget, TEST_MACHINE} from '../../support/motherduck-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {answer, answerText, openScriptedServer} from '../../support/scripted-server.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

function encode(payload: object, header: object = {alg: 'HS256'}): string {
  const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${segment(header)}.${segment(payload)}.c2ln`
}

const fail = (work: () => unknown, code: Parameters<typeof expectFailure>[1]) =>
  expectFailure((async () => work())(), code)

describe('how MotherDuck is reached', () => {
  it('accepts the base URL of an API, with or without /v1: https, or http on this machine', () => {
    for (const [url, href] of [
      [MOTHERDUCK_API.defaultUrl, 'https://api.motherduck.com/'],
      ['https://api.motherduck.com/v1/', 'https://api.motherduck.com/'],
      ['https://tokens.example.com/duck/v1', 'https://tokens.example.com/duck'],
      ['http://localhost:8889', 'http://localhost:8889/'],
    ] as const) {
      expect(MOTHERDUCK_API.checkUrl(url).href).to.equal(href)
    }
  })

  for (const url of [
    '',
    'api.motherduck.com',
    'http://api.motherduck.com',
    'https://me:SECRET@x.example',
    'https://x.example?a=SECRET',
  ]) {
    it(`refuses ${url || 'an empty URL'} with CONFIG`, async () => {
      expect((await fail(() => MOTHERDUCK_API.checkUrl(url), 'CONFIG')).message).to.not.contain('SECRET')
    })
  }

  for (const [value, href] of [
    ['https://api.motherduck.com', 'https://api.motherduck.com/'],
    ['https://api.eu-central-1.motherduck.com/', 'https://api.eu-central-1.motherduck.com/'],
    [' http://127.0.0.1:8889/v1\n', 'http://127.0.0.1:8889/'],
    ['http://[::1]:8889', 'http://[::1]:8889/'],
  ] as const) {
    it(`follows MOTHERDUCK_API_BASE_URL to ${value.trim()}`, () => {
      const {url, source} = MOTHERDUCK_API.findUrl({MOTHERDUCK_API_BASE_URL: value}) ?? {}
      expect([url?.href, source]).to.deep.equal([href, 'MOTHERDUCK_API_BASE_URL'])
    })
  }

  for (const value of [
    '',
    ' ',
    'https://evil.example',
    'https://motherduck.com.evil.example',
    'https://evilmotherduck.com',
    'https://api.motherduck.com@evil.example',
    'http://api.motherduck.com',
    'http://localhost.evil.example:8889',
    'motherduck.com',
  ]) {
    it(`does not follow MOTHERDUCK_API_BASE_URL to ${JSON.stringify(value)}`, async () => {
      await fail(() => MOTHERDUCK_API.findUrl({MOTHERDUCK_API_BASE_URL: value}), 'CONFIG')
    })
  }

  it('uses the default URL without the variable', () => {
    expect(MOTHERDUCK_API.findUrl({})).to.equal(null)
  })
})

describe('a credential of MotherDuck', () => {
  const baseUrl = new URL(MOTHERDUCK_API.defaultUrl)
  const use = {source: 'MOTHERDUCK_TOKEN', baseUrl, now: NOW}

  it('is opaque: only its shape and its end count', () => {
    expect(MOTHERDUCK_API.readCredential(encode({email: 'ann@example.com', session: 's'}), use)).to.deep.equal({
      tokenId: undefined,
      issuer: undefined,
      expiresAt: null,
      places: {},
    })
    const ending = encode({exp: NOW / 1000 + 1, sub: 'x', iss: 'https://other'})
    expect(MOTHERDUCK_API.readCredential(ending, use)).to.deep.equal({
      tokenId: undefined,
      issuer: 'https://other',
      expiresAt: '2026-01-01T00:00:01Z',
      places: {},
    })
  })

  for (const [title, secret] of Object.entries({
    'a word': 'MOTHERDUCK_TOKEN',
    'two parts': 'a.b',
    'parts that are not JSON': 'aaaa.bbbb.cccc',
    'a header without alg': encode({}, {}),
    Bearer: `Bearer ${encode({})}`,
  })) {
    it(`is refused as malformed: ${title}`, async () => {
      const {message} = await fail(() => MOTHERDUCK_API.readCredential(secret, use), 'UNAUTHENTICATED')
      expect(message).to.equal('MOTHERDUCK_TOKEN does not hold a MotherDuck token')
    })
  }

  it('is refused after its end', async () => {
    for (const exp of [NOW / 1000, NOW / 1000 - 60, 0]) {
      const {message} = await fail(() => MOTHERDUCK_API.readCredential(encode({exp}), use), 'UNAUTHENTICATED')
      expect(message).to.contain('expired')
    }
  })

  it('of a tokenry installation names its user, and is not sent to MotherDuck', async () => {
    const ours = encode({iss: 'urn:tokenry:x', sub: 'id', session: 'ann'})
    const local = {...use, baseUrl: new URL('http://localhost:8889')}
    expect(MOTHERDUCK_API.readCredential(ours, local)).to.deep.include({tokenId: 'id', places: {user: 'ann'}})
    expect((await fail(() => MOTHERDUCK_API.readCredential(ours, use), 'CONFIG')).message).to.contain('is not sent to')
  })

  it('is checked by one list of active accounts; 403 is a warning', async () => {
    const server = await openScriptedServer([
      answer(200, {accounts: []}),
      answer(403, {code: 'FORBIDDEN', message: 'Unauthorized'}),
      answerText(403, 'Blocked by the proxy'),
      answer(401, {code: 'UNAUTHORIZED', message: 'Invalid Credentials'}),
    ])
    const target = createTestTarget(new URL('/', server.url), 'secret')
    expect(await MOTHERDUCK_API.signIn(target, TEST_MACHINE)).to.deep.equal({})
    expect((await MOTHERDUCK_API.signIn(target, TEST_MACHINE)).warning).to.contain('Admin')
    await expectFailure(MOTHERDUCK_API.signIn(target, TEST_MACHINE), 'FORBIDDEN')
    await expectFailure(MOTHERDUCK_API.signIn(target, TEST_MACHINE), 'UNAUTHENTICATED')
    expect(server.requests.map(({method, path}) => `${method} ${path}`)).to.deep.equal(
      Array(4).fill('GET /v1/active_accounts'),
    )
    await server.close()
  })
})

describe('the session of the motherduck command line', () => {
  const {session, credentials} = MOTHERDUCK.tool

  it('is in MOTHERDUCK_HOME, else in the home folder', () => {
    const find = (env: Record<string, string>) => session.findFile({env, homeFolder: '/home/ann'})
    expect(find({})).to.equal('/home/ann/.motherduck/credentials.json')
    expect(find({MOTHERDUCK_HOME: ''})).to.equal('/home/ann/.motherduck/credentials.json')
    expect(find({MOTHERDUCK_HOME: '/duck'})).to.equal('/duck/credentials.json')
    expect(find({MOTHERDUCK_HOME: 'duck'})).to.equal(null)
  })

  it('is there if the file holds a token', () => {
    expect(session.isSignedIn(JSON.stringify({token: encode({})}))).to.equal(true)
    for (const none of ['', '{}', '{"token": null}', '{"token": ""}']) expect(session.isSignedIn(none)).to.equal(false)
  })

  it('comes after the variables, in the order of the contract', () => {
    expect(credentials.map(({name}) => name)).to.deep.equal([
      'MOTHERDUCK_ADMIN_TOKEN',
      'motherduck_token',
      'MOTHERDUCK_TOKEN',
      'motherduck_api_key',
      'MOTHERDUCK_API_KEY',
    ])
  })
})
