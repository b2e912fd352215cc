import {expect} from 'chai'
import {checkAstroCredential, readAstroClaims} from '../../../src/vendors/astro/credential.ts'
import {expectFailure} from '../../support/rejection.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const ASTRO = new URL('https://api.astronomer.io/v1')
const LOCAL = new URL('http://localhost:8888/v1')

function encode(payload: object, header: object = {alg: 'RS256'}): string {
  const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${segment(header)}.${segment(payload)}.c2ln`
}

function check(secret: string, baseUrl = ASTRO) {
  return checkAstroCredential(secret, {source: 'ASTRO_API_TOKEN', baseUrl, now: NOW})
}

describe('a credential of Astro', () => {
  it('names its token and its places by its claims; the last of a kind counts', () => {
    const permissions = ['organizationId:old', 'organizationId:org', 'workspaceId:ws', 'deploymentId:dep', 'other:x']
    expect(check(encode({permissions, apiTokenId: 'tok', sub: 'me', exp: NOW / 1000 + 1}))).to.deep.equal({
      tokenId: 'tok',
      subject: 'me',
      organizationId: 'org',
      workspaceId: 'ws',
      deploymentId: 'dep',
      issuer: undefined,
      expiresAtMs: NOW + 1000,
    })
  })

  it('has its token id in the permissions, where the claim is missing', () => {
    expect(readAstroClaims(encode({permissions: ['apiTokenId:tok']}))?.tokenId).to.equal('tok')
  })

  it('names nothing with an empty or a wrong claim', () => {
    const permissions = ['apiTokenId:', 'organizationId:', 'workspaceId:', 'deploymentId:']
    for (const wrong of ['', 5, null, undefined]) {
      const claims = check(encode({permissions, apiTokenId: wrong, sub: wrong}))
      for (const key of ['tokenId', 'subject', 'organizationId', 'workspaceId', 'deploymentId'] as const) {
        expect(claims[key], key).to.equal(undefined)
      }
    }
  })

  for (const [title, secret] of Object.entries({
    'a word': 'secret',
    'two segments': 'a.b',
    'segments that are not JSON': 'aaaa.bbbb.cccc',
    'a header without alg': encode({}, {}),
    'permissions that are not a list': encode({permissions: 'organizationId:org'}),
    'an expiry that is not a time': encode({exp: 'soon'}),
    'an expiry that is an object': encode({exp: {}}),
  })) {
    it(`is refused as malformed for ${title}`, async () => {
      const err = await expectFailure((async () => check(secret))(), 'UNAUTHENTICATED')
      expect(err.message).to.equal('ASTRO_API_TOKEN does not hold an Astro API token')
    })
  }

  for (const exp of [NOW / 1000, NOW / 1000 - 60, 0, `${NOW / 1000 - 60}`]) {
    it(`is refused as expired at ${JSON.stringify(exp)}`, async () => {
      const err = await expectFailure((async () => check(encode({exp})))(), 'UNAUTHENTICATED')
      expect(err.message).to.contain('expired')
    })
  }

  it('is valid without an expiry', () => {
    expect(check(encode({})).expiresAtMs).to.equal(null)
  })

  it('of a tokenry installation is not sent to Astro', async () => {
    const secret = encode({iss: 'urn:tokenry:abc'})
    const err = await expectFailure((async () => check(secret))(), 'CONFIG')
    expect(err.message).to.contain('not sent to api.astronomer.io')
    expect(check(secret, LOCAL).issuer).to.equal('urn:tokenry:abc')
    expect(check(secret, new URL('https://tokens.example.com/v1')).issuer).to.equal('urn:tokenry:abc')
    for (const host of ['api.astronomer-dev.io', 'pr1234.api.astronomer-dev.io', 'astronomer.io']) {
      await expectFailure((async () => check(secret, new URL(`https://${host}/v1`)))(), 'CONFIG')
    }
  })
})
