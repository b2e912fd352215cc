import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../src/errors/app-error.ts'
import {DAY_MS} from '../../src/lib/duration.ts'
import {parseWindow} from '../../src/lib/window.ts'
import {mixes, OTHER_SPELLINGS, valueTexts} from '../support/duration-texts.ts'
import {usageErrorOf, valueOrUsage} from '../support/usage-error.ts'

const HOUR_MS = 3_600_000

describe('parseWindow', () => {
  const accepted: [string, number][] = [
    ['14', 14 * DAY_MS],
    ['14d', 14 * DAY_MS],
    ['1s', 1000],
    ['1h', HOUR_MS],
    ['36h', 36 * HOUR_MS],
    ['1d12h', 36 * HOUR_MS],
    ['2w', 14 * DAY_MS],
    ['6mo', 180 * DAY_MS],
    ['1y', 365 * DAY_MS],
    ['P1DT12H', 36 * HOUR_MS],
    ['3650d', 3650 * DAY_MS],
  ]
  for (const [text, windowMs] of accepted) {
    it(`reads ${text} as ${windowMs} ms`, () => {
      expect(parseWindow('--valid-for', text)).to.equal(windowMs)
    })
  }

  it('refuses everything else with the flag, the value, the range and an example', () => {
    const dates = ['never', '2027-01-31', '2027-01-31T00:00:00Z', '12h1d']
    const outOfRange = ['0', '0h', 'PT0S', '3651', '87601h', '10y1s', '9'.repeat(40), '9'.repeat(400)]
    for (const text of [...OTHER_SPELLINGS, ...dates, ...outOfRange]) {
      const {message, details} = usageErrorOf(() => parseWindow('--expiring-within', text))
      expect(message, text).to.match(/^--expiring-within ".*" ?.*\(1 second to 3650 days\)$/)
      expect(details.hint).to.equal('Give a number of days or a duration, for example: --expiring-within 7d')
    }
  })

  it('says what is wrong with the value', () => {
    const words: [string, string][] = [
      ['11y', 'out of range'],
      ['0s', 'out of range'],
      ['12h1d', 'largest first'],
      ['soon', 'not a number of days or a duration'],
    ]
    for (const [text, problem] of words) expect(() => parseWindow('--grace', text)).to.throw(AppError, problem)
  })

  it('accepts at most the maximum that the caller sets', () => {
    for (const text of ['7', '7d', '168h', '1w', 'P1W', '6d23h60m']) {
      expect(parseWindow('--grace', text, 7 * DAY_MS), text).to.equal(7 * DAY_MS)
    }
    for (const text of ['8', '169h', '7d1s', '1mo', 'P1M', '1y']) {
      expect(usageErrorOf(() => parseWindow('--grace', text, 7 * DAY_MS)).message).to.contain('1 second to 7 days')
    }
  })

  it('returns 1 second to 3650 days, or a USAGE error without control characters, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          valueTexts(),
          mixes().map(({mix}) => mix),
        ),
        (text) => {
          const windowMs = valueOrUsage(() => parseWindow('--valid-for', text))
          if (windowMs instanceof AppError) expect(windowMs.message).to.match(/^[ -~…]+$/)
          else expect(windowMs).to.be.within(1000, 3650 * DAY_MS)
        },
      ),
      {numRuns: 1000},
    )
  })
})
