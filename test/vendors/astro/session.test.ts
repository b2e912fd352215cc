import {expect} from 'chai'
import {ASTRO} from '../../../src/vendors/astro/vendor.ts'

const {isSignedIn} = ASTRO.tool.session
const block = (line: string) => `context: a\ncontexts:\n  a:\n    domain: astronomer.io\n${line}\n    workspace: w\n`

describe('the session of the astro command line', () => {
  for (const content of [
    block('    token: Bearer abc'),
    block('    token: abc'),
    block('    token: "Bearer abc"'),
    block("    'token': 'abc'"),
    block('    Token : abc'),
    block('    token:\n      abc'),
    block('    token: # a comment\n      abc'),
    block('    token: Bearer\n      abc'),
    block('    token: >-\n      abc'),
    block('    token: nullable'),
    block('    token: Bearerabc'),
    block('    token: ""\n  b:\n    token: abc'),
    'contexts: {astronomer_io: {token: abc}}',
    'contexts: {astronomer_io: {domain: x, token: "Bearer abc", workspace: w}}',
    '{"contexts":{"a":{"token":"abc"}}}',
    'token: abc',
    'a: {token: abc',
  ]) {
    it(`is there in ${JSON.stringify(content)}`, () => {
      expect(isSignedIn(content)).to.equal(true)
    })
  }

  for (const content of [
    '',
    block('    token:'),
    block('    token: ""'),
    block('    token: " "'),
    block('    token: null'),
    block('    token: ~'),
    block('    token: Bearer'),
    block('    token: "Bearer "'),
    block('    refresh_token: abc'),
    block('    tokenexpiry: abc'),
    'contexts: {astronomer_io: {token: ""}}',
    'contexts: {astronomer_io: {token: , workspace: w}}',
    'contexts: {astronomer_io: {token: null, workspace: w}}',
    '{"contexts":{"a":{"token":"Bearer ","workspace":"w"}}}',
    'contexts:\n  a:\n    token:',
    'contexts:\n  a:\n    token:\n    "workspace": w\n',
  ]) {
    it(`is not there in ${JSON.stringify(content)}`, () => {
      expect(isSignedIn(content)).to.equal(false)
    })
  }

  for (const [what, content] of [
    ['white space', `token:${' '.repeat(1_000_000)}`],
    ['empty lines', `token:${'\n'.repeat(1_000_000)}""`],
    ['keys without a value', 'token:\n'.repeat(140_000)],
    ['blanks before the colon', `token${' '.repeat(1_000_000)}`],
  ] as const) {
    it(`is searched in linear time in a file of ${what}`, () => {
      const startMs = performance.now()
      expect(isSignedIn(content)).to.equal(false)
      expect(performance.now() - startMs).to.be.lessThan(1000)
    })
  }
})
