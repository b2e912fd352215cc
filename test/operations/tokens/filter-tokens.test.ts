import {expect} from 'chai'
import {
  matchesConditions,
  refuseUnreported,
  type TokenConditions,
  toEpochMs,
} from '../../../src/operations/tokens/filter-tokens.ts'
import type {TokenRecord} from '../../../src/vendors/token-port.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR_MS = 3_600_000
/** A use counts for the minute after it and for the rest of its second. */
const USE_LASTS_MS = 61_000

const at = (ms: number): string => new Date(ms).toISOString()
const matches = (conditions: TokenConditions, token: Partial<TokenRecord>): boolean =>
  matchesConditions(conditions, NOW)({name: 'ci', ...token})

describe('matchesConditions', () => {
  it('accepts every token if there is no condition', () => {
    expect(matches({}, {})).to.equal(true)
  })

  it('compares kind and fragment exactly, and refuses a token for which they are not reported', () => {
    const token = {kind: 'STANDARD', fragment: 'abcdEFGH'}
    expect(matches({kind: 'STANDARD'}, token)).to.equal(true)
    expect(matches({kind: 'OTHER'}, token)).to.equal(false)
    expect(matches({fragment: 'abcdEFGH'}, token)).to.equal(true)
    expect(matches({fragment: 'abcdefgh'}, token)).to.equal(false)
    expect(matches({kind: 'STANDARD'}, {})).to.equal(false)
    expect(matches({fragment: 'abcdEFGH'}, {})).to.equal(false)
  })

  it('accepts a token that expires within the time or has expired; not one that never expires or whose expiry is not reported', () => {
    const within = {expiringWithinMs: HOUR_MS}
    expect(matches(within, {expiresAt: at(NOW + HOUR_MS)})).to.equal(true)
    expect(matches(within, {expiresAt: at(NOW + HOUR_MS + 1)})).to.equal(false)
    expect(matches(within, {expiresAt: at(NOW - HOUR_MS)})).to.equal(true)
    for (const expiresAt of [null, 'soon']) expect(matches(within, {expiresAt})).to.equal(false)
    expect(matches(within, {})).to.equal(false)
  })

  it('accepts a token that was not rotated for the time; one that was never rotated counts from its creation', () => {
    const old = {notRotatedForMs: HOUR_MS}
    const createdAt = at(NOW - 10 * HOUR_MS)
    expect(matches(old, {createdAt, lastRotatedAt: at(NOW - HOUR_MS)})).to.equal(true)
    expect(matches(old, {createdAt, lastRotatedAt: at(NOW - HOUR_MS + 1)})).to.equal(false)
    expect(matches(old, {createdAt, lastRotatedAt: null})).to.equal(true)
    expect(matches(old, {createdAt})).to.equal(true)
    expect(matches(old, {createdAt: at(NOW - HOUR_MS + 1), lastRotatedAt: null})).to.equal(false)
    expect(matches(old, {})).to.equal(false)
  })

  it('accepts a token that is older than the time and was not used within it, or never used', () => {
    const unused = {unusedForMs: HOUR_MS}
    const createdAt = at(NOW - 10 * HOUR_MS)
    expect(matches(unused, {createdAt, lastUsedAt: null})).to.equal(true)
    expect(matches(unused, {createdAt, lastUsedAt: at(NOW - HOUR_MS - USE_LASTS_MS)})).to.equal(true)
    expect(matches(unused, {createdAt, lastUsedAt: at(NOW - HOUR_MS)})).to.equal(false)
    expect(matches(unused, {createdAt: at(NOW - HOUR_MS + 1), lastUsedAt: null})).to.equal(false)
    expect(matches(unused, {createdAt, lastRotatedAt: at(NOW - 1), lastUsedAt: null})).to.equal(false)
  })

  it('does not treat a token as unused if its uses are not reported', () => {
    expect(matches({unusedForMs: HOUR_MS}, {createdAt: at(NOW - 10 * HOUR_MS)})).to.equal(false)
  })

  it('accepts only a token that meets every condition', () => {
    const token = {kind: 'A', fragment: 'x', createdAt: at(0), expiresAt: at(NOW), lastUsedAt: null}
    const all = {kind: 'A', fragment: 'x', expiringWithinMs: 1, unusedForMs: 1, notRotatedForMs: 1}
    expect(matches(all, token)).to.equal(true)
    for (const change of [
      {kind: 'B'},
      {fragment: 'y'},
      {expiresAt: at(NOW + 2)},
      {lastUsedAt: at(NOW)},
      {createdAt: at(NOW)},
    ]) {
      expect(matches(all, {...token, ...change}), Object.keys(change)[0]).to.equal(false)
    }
  })
})

describe('toEpochMs', () => {
  it('reads a moment in each form of RFC 3339, and returns null for any other text', () => {
    for (const text of ['2026-11-22T12:00:00Z', '2026-11-22T14:00:00.000+02:00']) expect(toEpochMs(text)).to.equal(NOW)
    for (const none of [null, undefined, '', 'soon']) expect(toEpochMs(none)).to.equal(null)
  })
})

describe('refuseUnreported', () => {
  const words = {noun: 'key', where: 'the context shelf', command: (text: string) => `tokenry shelf token ${text}`}
  const reported = {fragment: 'abcdEFGH', expiresAt: null, lastUsedAt: null, createdAt: at(NOW)}

  for (const [condition, field, flag] of [
    ['fragment', 'fragment', '--short-token'],
    ['expiringWithinMs', 'expiresAt', '--expiring-within'],
    ['unusedForMs', 'lastUsedAt', '--unused-for'],
    ['notRotatedForMs', 'createdAt', '--not-rotated-for'],
  ] as const) {
    it(`refuses ${flag} if a vendor does not report ${field}, and only then`, () => {
      const conditions: TokenConditions = condition === 'fragment' ? {fragment: 'x'} : {[condition]: HOUR_MS}
      const {[field]: _, ...unreported} = reported
      const refuse = (asked: TokenConditions, token: Partial<TokenRecord>) => () =>
        refuseUnreported(words, asked, [{name: 'ci', ...token}])
      expect(refuse(conditions, unreported))
        .to.throw(`The context shelf cannot report`)
        .with.nested.property('details.hint', `Leave out ${flag}`)
      for (const asked of [conditions, {}]) expect(refuse(asked, reported)).to.not.throw()
      expect(refuse({}, unreported)).to.not.throw()
    })
  }
})
