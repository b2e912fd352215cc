import {expect} from 'chai'
import fc from 'fast-check'
import {DAY_MS} from '../../src/lib/duration.ts'
import {relativeTime} from '../../src/lib/relative-time.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('relativeTime', () => {
  const past: [number, string][] = [
    [0, 'just now'],
    [59 * SECOND, 'just now'],
    [MINUTE, '1 minute ago'],
    [2 * MINUTE - 1, '1 minute ago'],
    [5 * MINUTE, '5 minutes ago'],
    [HOUR - 1, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [23.9 * HOUR, '23 hours ago'],
    [DAY_MS, '1 day ago'],
    [1.9 * DAY_MS, '1 day ago'],
    [400 * DAY_MS, '400 days ago'],
    [730 * DAY_MS, '2 years ago'],
    [1094 * DAY_MS, '2 years ago'],
  ]
  for (const [agoMs, text] of past) {
    it(`returns "${text}" ${agoMs} ms after`, () => {
      expect(relativeTime(NOW - agoMs, NOW)).to.equal(text)
    })
  }

  const future: [number, string][] = [
    [29 * SECOND, 'just now'],
    [30 * SECOND, 'in 1 minute'],
    [MINUTE, 'in 1 minute'],
    [5 * MINUTE - SECOND, 'in 5 minutes'],
    [HOUR - SECOND, 'in 1 hour'],
    [1.9 * HOUR, 'in 1 hour'],
    [DAY_MS - HOUR / 2, 'in 1 day'],
    [DAY_MS - HOUR / 2 - 1, 'in 23 hours'],
    [1.5 * DAY_MS, 'in 1 day'],
    [30 * DAY_MS - MINUTE, 'in 30 days'],
    [30 * DAY_MS - 2 * HOUR, 'in 29 days'],
    [30 * DAY_MS, 'in 30 days'],
    [365 * DAY_MS, 'in 365 days'],
    [730 * DAY_MS - 1, 'in 2 years'],
    [3650 * DAY_MS - SECOND, 'in 10 years'],
  ]
  for (const [leftMs, text] of future) {
    it(`returns "${text}" ${leftMs} ms before`, () => {
      expect(relativeTime(NOW + leftMs, NOW)).to.equal(text)
    })
  }

  it('returns the whole lifetime of a token that was created up to half an hour ago', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 729}), fc.integer({min: 0, max: HOUR / 2}), (days, ageMs) => {
        expect(relativeTime(NOW - ageMs + days * DAY_MS, NOW)).to.equal(`in ${days} ${days === 1 ? 'day' : 'days'}`)
      }),
    )
  })
})
