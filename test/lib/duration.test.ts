import {expect} from 'chai'
import fc from 'fast-check'
import {parseDuration} from '../../src/lib/duration.ts'
import {mixes, OTHER_SPELLINGS, valueTexts} from '../support/duration-texts.ts'

const DAY = 86_400

describe('parseDuration', () => {
  const accepted: [string, number][] = [
    ['90s', 90],
    ['15m', 900],
    ['12h', 43_200],
    ['7d', 7 * DAY],
    ['4w', 28 * DAY],
    ['6mo', 180 * DAY],
    ['1y', 365 * DAY],
    ['0s', 0],
    ['1d12h', 1.5 * DAY],
    ['1m1s', 61],
    ['1mo1m', 30 * DAY + 60],
    ['1y2mo3w4d5h6m7s', (365 + 60 + 21 + 4) * DAY + 5 * 3600 + 6 * 60 + 7],
    ['1d0h', DAY],
    ['P30D', 30 * DAY],
    ['PT12H', 43_200],
    ['P4W', 28 * DAY],
    ['P1M', 30 * DAY],
    ['PT1M', 60],
    ['P1MT1M', 30 * DAY + 60],
    ['P1Y2M3DT4H', (365 + 60 + 3) * DAY + 4 * 3600],
    ['PT90S', 90],
    ['P1Y', 365 * DAY],
    ['P1W2D', 9 * DAY],
    ['P0D', 0],
  ]
  for (const [text, seconds] of accepted) {
    it(`reads ${text} as ${seconds} seconds`, () => {
      expect(parseDuration(text, null)).to.equal(seconds)
    })
  }

  it('reads a plain number in the given unit, and refuses it without one', () => {
    expect(parseDuration('30', DAY)).to.equal(30 * DAY)
    expect(parseDuration('30', 1)).to.equal(30)
    expect(parseDuration('0', 1)).to.equal(0)
    for (const text of ['30', '0', '9'.repeat(40)]) expect(parseDuration(text, null), text).to.equal('no-unit')
  })

  it('distinguishes units that repeat or are out of order from a text that is not a duration', () => {
    for (const text of ['12h1d', '1d1d', '1h1h', '1m1mo', '1s1m', '1w1y', '1d2w']) {
      expect(parseDuration(text, 1), text).to.equal('out-of-order')
    }
  })

  it('refuses every other spelling', () => {
    for (const text of OTHER_SPELLINGS) expect(parseDuration(text, 1), JSON.stringify(text)).to.equal('malformed')
  })

  it('refuses a long text before it is parsed, so that no text takes long', () => {
    expect(parseDuration(`${'9'.repeat(63)}d`, 1)).to.be.a('number')
    for (const text of [`${'9'.repeat(64)}d`, '1d'.repeat(1_000_000), '9'.repeat(3_000_000), `P${'1D'.repeat(9999)}`]) {
      expect(parseDuration(text, 1)).to.equal('malformed')
    }
  })

  it('reads every mix as the sum of its parts, also in its ISO 8601 form', () => {
    fc.assert(
      fc.property(mixes(), ({mix, iso, seconds}) => {
        expect(parseDuration(mix, null), mix).to.equal(seconds)
        expect(parseDuration(iso, null), iso).to.equal(seconds)
      }),
    )
  })

  it('returns whole seconds or a fault for any text, and never throws', () => {
    const faults = ['malformed', 'out-of-order', 'no-unit']
    fc.assert(
      fc.property(valueTexts(), fc.constantFrom(1, DAY, null), (text, plainSeconds) => {
        const read = parseDuration(text, plainSeconds)
        if (typeof read === 'string') expect(faults).to.include(read)
        else expect(read).to.satisfy((seconds: number) => Number.isInteger(seconds) && seconds >= 0)
      }),
      {numRuns: 1000},
    )
  })
})
