import {expect} from 'chai'
import {holdsToken, withoutTokens} from '../../src/lib/token-shape.ts'

const MB = 1_000_000
const token = ['h'.repeat(20), 'p'.repeat(40), 's-_'.repeat(7)].join('.')
const jwt = Buffer.from('{"alg":"EdDSA","typ":"JWT"}').toString('base64url')

describe('the shape of a token', () => {
  for (const [title, text, masked] of [
    ['a token alone', token, '[token]'],
    ['a token in a sentence', `No API token ${token} here.`, 'No API token [token] here.'],
    ['a token in a path', `/tokens/${token}/rotate`, '/tokens/[token]/rotate'],
    ['several tokens', `${token} ${token},${token}`, '[token] [token],[token]'],
    ['a token after short segments', `a.b.${token}`, 'a.b.[token]'],
    ['a token before further segments', `${token}.b`, '[token].b'],
    ['six segments', `${token}.${token}`, '[token].[token]'],
    ['a JWT of short segments', `ID ${jwt}.e30.aaaa.`, 'ID [token].'],
    ['a JWT within a word', `-n${jwt}.e30.aaaa`, '-n[token]'],
    ['a JWT without a payload', `${jwt}..aaaa`, '[token]'],
    ['a JWT that is cut off', `${jwt.slice(0, 20)} ${jwt}.e3`, '[token] [token]'],
    ['a word that begins as a JWT does', 'eyJhbGci eyJ.e30.aaaa', null],
    ['segments that are too short', `${'a'.repeat(15)}.${'b'.repeat(40)}.${'c'.repeat(40)}`, null],
    ['two segments', `${'a'.repeat(40)}.${'b'.repeat(40)}`, null],
    ['an address', 'GET /v1/organizations/clm8q7f6q000008lcgyougpsk/tokens', null],
    ['nothing', '', null],
  ] as const) {
    it(`is ${masked === null ? 'not seen in' : 'seen in'} ${title}`, () => {
      expect(withoutTokens(text)).to.equal(masked ?? text)
      expect(holdsToken(text)).to.equal(masked !== null)
    })
  }

  // A search that looks back from every character would take hours for these.
  for (const [title, text, masked] of [
    ['one word', 'a'.repeat(4 * MB), null],
    ['two words', `${'a'.repeat(2 * MB)}.${'b'.repeat(2 * MB)}`, null],
    ['words that are just too short', `${'a'.repeat(16)}.${'b'.repeat(15)}.`.repeat(MB / 8), null],
    ['dashes', '-'.repeat(4 * MB), null],
    ['beginnings of a JWT', `${'eyJ'.repeat(5)}.`.repeat(MB / 4), null],
    ['a JWT of many segments', `${jwt}${'.e'.repeat(2 * MB)}`, '[token]'],
    ['a token', `${'a'.repeat(2 * MB)}.${'b'.repeat(MB)}.${'c'.repeat(MB)}`, '[token]'],
  ] as const) {
    it(`is looked for in 4 MB of ${title} within the time of a test`, () => {
      expect(withoutTokens(text) === (masked ?? text)).to.equal(true)
      expect(holdsToken(text)).to.equal(masked !== null)
    })
  }
})
