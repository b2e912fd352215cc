import {expect} from 'chai'
import {DAY_MS} from '../../../src/lib/duration.ts'
import {warnOfKeptEnd, warnOfWrongEnd} from '../../../src/operations/astro/warn-of-end.ts'

const CREATED = '2026-01-01T00:00:00Z'

describe('the end that the vendor gave a token', () => {
  let warnings: string[] = []
  const warn = async (text: string) => void warnings.push(text)
  beforeEach(() => {
    warnings = []
  })

  for (const [days, expiresAt, warning] of [
    [30, '2026-01-31T00:00:00Z', null],
    [30, '2026-01-31T00:04:59Z', null],
    [null, null, null],
    [30, '2026-01-31T00:05:01Z', 'The token expires at 2026-01-31T00:05:01Z, although it should expire after 30 days'],
    [30, '2026-01-01T01:00:00Z', 'The token expires at 2026-01-01T01:00:00Z, although it should expire after 30 days'],
    [30, null, 'The token never expires, although it should expire after 30 days'],
    [null, '2026-01-31T00:00:00Z', 'The token expires at 2026-01-31T00:00:00Z, although it should never expire'],
  ] as const) {
    it(`is ${warning ? 'worth a warning' : 'as asked for'}: ${days} days, ${expiresAt}`, async () => {
      await warnOfWrongEnd({createdAt: CREATED, expiresAt}, days, warn)
      expect(warnings).to.deep.equal(warning ? [warning] : [])
    })
  }

  for (const [title, expiresAt, lifetimeMs, moved] of [
    ['moved', '2026-03-02T00:00:00Z', 30 * DAY_MS, true],
    ['moved a little less, as clocks differ', '2026-03-01T23:58:00Z', 30 * DAY_MS, true],
    ['stayed', '2026-02-10T00:00:00Z', 30 * DAY_MS, false],
    ['is never', null, null, true],
  ] as const) {
    it(`after a rotation that ${title} is ${moved ? 'not ' : ''}worth a warning`, async () => {
      const rotated = {expiresAt, lastRotatedAt: '2026-01-31T00:00:00Z', updatedAt: CREATED}
      await warnOfKeptEnd({lifetimeMs}, rotated, warn)
      expect(warnings).to.have.length(moved ? 0 : 1)
    })
  }
})
