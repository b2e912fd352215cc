import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../src/errors/app-error.ts'
import {DAY_MS} from '../../src/lib/duration.ts'
import {
  findMaxLifetimeMs,
  type Lifetime,
  type LifetimeRule,
  lifetimeForms,
  lifetimeRange,
  parseLifetime,
} from '../../src/lib/lifetime.ts'
import {mixes, OTHER_SPELLINGS, valueTexts} from '../support/duration-texts.ts'
import {usageErrorOf, valueOrUsage} from '../support/usage-error.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')

const DAYS: LifetimeRule = {unit: 'day', min: 1, max: 3650, unitRequired: false, never: true}
const DAYS_WITH_AN_END: LifetimeRule = {...DAYS, never: false}
const SECONDS: LifetimeRule = {unit: 'second', min: 300, max: 31_536_000, unitRequired: true, never: true}

function read(text: string, rule = DAYS, nowMs = NOON): Lifetime {
  return parseLifetime(text, {flag: '--expiration', rule, nowMs})
}

function refusalOf(text: string, rule = DAYS, nowMs = NOON): string {
  return usageErrorOf(() => read(text, rule, nowMs)).message
}

describe('parseLifetime', () => {
  describe('for a vendor that counts days', () => {
    const accepted: [string, number | null][] = [
      ['1', 1],
      ['30', 30],
      ['3650', 3650],
      ['30d', 30],
      ['24h', 1],
      ['1440m', 1],
      ['86400s', 1],
      ['1d24h', 2],
      ['23h60m', 1],
      ['12w', 84],
      ['6mo', 180],
      ['1y', 365],
      ['1y6mo', 545],
      ['10y', 3650],
      ['P30D', 30],
      ['P4W', 28],
      ['P1Y2M3D', 428],
      ['PT48H', 2],
      ['never', null],
    ]
    for (const [text, days] of accepted) {
      it(`reads ${text} as ${days === null ? 'never' : `${days} days`}`, () => {
        expect(read(text)).to.deep.equal({amount: days, roundedEndMs: null})
      })
    }

    const rounded: [string, number, string | null][] = [
      ['2026-11-23', 1, '2026-11-23T12:00:00Z'],
      ['2027-01-31', 70, '2027-01-31T12:00:00Z'],
      ['2028-02-29', 464, '2028-02-29T12:00:00Z'],
      ['2036-11-19', 3650, '2036-11-19T12:00:00Z'],
      ['2027-01-31T11:59:59Z', 69, '2027-01-30T12:00:00Z'],
      ['2027-01-31T14:00:00+02:00', 70, null],
      ['2027-01-31T12:00:00.999Z', 70, null],
      ['2027-01-31T12:00:01Z', 70, '2027-01-31T12:00:00Z'],
      ['2026-11-23T12:00:00Z', 1, null],
    ]
    for (const [text, days, end] of rounded) {
      it(`reads ${text} as ${days} days${end ? `, rounded down to ${end}` : ''}`, () => {
        expect(read(text)).to.deep.equal({amount: days, roundedEndMs: end && Date.parse(end)})
      })
    }

    it('reads a date as 24:00 UTC of that day, at any current time', () => {
      for (const [now, days, end] of [
        ['2026-11-22T00:00:00Z', 2, null],
        ['2026-11-22T00:00:00.001Z', 1, '2026-11-23T00:00:00.001Z'],
        ['2026-11-22T23:59:59.999Z', 1, null],
        ['2026-11-22T23:59:59Z', 1, '2026-11-23T23:59:59Z'],
        ['2026-11-23T00:00:00Z', 1, null],
      ] as const) {
        const expected = {amount: days, roundedEndMs: end && Date.parse(end)}
        expect(read('2026-11-23', DAYS, Date.parse(now)), now).to.deep.equal(expected)
      }
      expect(refusalOf('2026-11-23', DAYS, Date.parse('2026-11-23T00:00:00.001Z'))).to.contain('1 day is the least')
      expect(refusalOf('2026-11-23', DAYS, Date.parse('2026-11-24T00:00:00Z'))).to.contain('not in the future')
    })

    it('refuses a duration that is not whole days, with its length and the nearest valid ones', () => {
      for (const [text, words] of [
        ['36h', '"36h" is 1.5 days, and only whole days count; the nearest that work: 1d and 2d (1 to 3650 days)'],
        ['PT36H', '"PT36H" is 1.5 days, and only whole days count; the nearest that work: 1d and 2d'],
        ['1d1h', '"1d1h" is about 1.04 days, and only whole days count; the nearest that work: 1d and 2d'],
        ['1d1s', '"1d1s" is just over 1 day, and only whole days count; the nearest that work: 1d and 2d'],
        ['30d23h59m59s', 'is just under 31 days, and only whole days count; the nearest that work: 30d and 31d'],
        ['87599h', 'is about 3649.96 days, and only whole days count; the nearest that work: 3649d and 3650d'],
      ] as const) {
        expect(refusalOf(text)).to.contain(words)
      }
    })

    it('names only the minimum for a shorter lifetime, and only the maximum for a longer one', () => {
      for (const [text, words] of [
        ['0', '"0" is 0 days; 1 day is the least (1 to 3650 days)'],
        ['0d', '"0d" is 0 days; 1 day is the least (1 to 3650 days)'],
        ['PT0S', 'is 0 days; 1 day is the least (1 to 3650 days)'],
        ['12h', '"12h" is 0.5 days; 1 day is the least (1 to 3650 days)'],
        ['1s', '"1s" is less than 0.01 days; 1 day is the least (1 to 3650 days)'],
        ['3651', '"3651" is 3651 days; 3650 days is the most (1 to 3650 days)'],
        ['11y', '"11y" is 4015 days; 3650 days is the most (1 to 3650 days)'],
        ['P11Y', '"P11Y" is 4015 days; 3650 days is the most (1 to 3650 days)'],
        ['87601h', '"87601h" is about 3650.04 days; 3650 days is the most (1 to 3650 days)'],
        [`${'9'.repeat(40)}`, 'is more than 9007199254740991 days; 3650 days is the most'],
        ['2036-11-20', '"2036-11-20" is 3651.5 days away; 3650 days is the most (1 to 3650 days)'],
        ['9999-12-31', 'days away; 3650 days is the most (1 to 3650 days)'],
        ['9999-12-31T23:59:59-12:00', 'days away; 3650 days is the most (1 to 3650 days)'],
        ['2026-11-22', '"2026-11-22" is 0.5 days away; 1 day is the least (1 to 3650 days)'],
        ['2026-11-23T11:59:59Z', 'is just under 1 day away; 1 day is the least (1 to 3650 days)'],
      ] as const) {
        expect(refusalOf(text), text).to.contain(words).and.to.not.contain('nearest')
      }
    })

    it('refuses a date or time that is past or does not exist, and a time without a zone', () => {
      for (const [words, texts] of [
        [
          'not in the future',
          ['2020-01-01', '0001-01-01', '2026-11-21', '2026-11-22T12:00:00Z', '2026-11-22T13:00:00+01:00'],
        ],
        [
          'not a date of the calendar',
          ['2027-02-29', '2027-02-30', '2027-13-01', '2027-01-00', '2027-01-31T24:00:00Z'],
        ],
        ['not a date of the calendar', ['2027-01-31 12:00:00Z', '2027-01-31T12:00Z', '2027-01-31x', '2027-01-311']],
        ['has no time zone', ['2027-01-31T12:00:00', '2027-01-31T12:00:00.5']],
        ['is not a lifetime', ['2027-1-31', '2027/01/31', '27-01-31', '31.01.2027', '20270131T120000Z', '+2027-01-31']],
      ] as const) {
        for (const text of texts) expect(refusalOf(text), text).to.contain(words)
      }
    })

    it('refuses every other spelling with the flag, the value, all forms and the range', () => {
      for (const text of OTHER_SPELLINGS) {
        const {message, details} = usageErrorOf(() => read(text))
        expect(message)
          .to.contain('--expiration "')
          .and.to.contain(lifetimeForms(DAYS))
          .and.to.contain('1 to 3650 days')
        expect(details.hint).to.equal('Give a lifetime, for example: --expiration 30')
      }
      expect(refusalOf('12h1d')).to.contain('largest first')
    })

    it('shows a value shortened and in printable ASCII, so that characters that look like digits are visible', () => {
      expect(refusalOf('\uff13\uff10')).to.contain('--expiration "\\uff13\\uff10" ')
      expect(refusalOf('3\u001b[31m\n\u0085')).to.contain('"3\\u001b[31m\\n\\u0085"')
      expect(refusalOf('x'.repeat(100_000))).to.contain(`"${'x'.repeat(64)}"… (100000 characters)`)
    })

    it('refuses never for a vendor whose tokens always end', () => {
      expect(refusalOf('never', DAYS_WITH_AN_END)).to.contain('always end').and.to.contain('1 to 3650 days')
      expect(refusalOf('soon', DAYS_WITH_AN_END)).to.not.contain('never')
    })
  })

  describe('for a vendor that counts seconds and requires a unit', () => {
    const accepted: [string, number | null, number?][] = [
      ['300s', 300],
      ['5m', 300],
      ['12h', 43_200],
      ['1d12h', 129_600],
      ['PT5M', 300],
      ['1y', 31_536_000],
      ['P365D', 31_536_000],
      ['2026-11-22', 43_200],
      ['2026-11-22T12:05:00Z', 300],
      ['2026-11-22T12:05:00.999Z', 300],
      ['2027-11-21', 31_492_800],
      ['never', null],
    ]
    for (const [text, seconds] of accepted) {
      it(`reads ${text} as ${seconds === null ? 'never' : `${seconds} seconds`}, not rounded`, () => {
        expect(read(text, SECONDS)).to.deep.equal({amount: seconds, roundedEndMs: null})
      })
    }

    it('refuses a plain number, and names units in the message and the hint', () => {
      for (const text of ['300', '30', '0']) {
        const {message, details} = usageErrorOf(() => read(text, SECONDS))
        expect(message).to.contain('has no unit').and.to.contain('(300 to 31536000 seconds)')
        expect(details.hint).to.equal('Give a lifetime, for example: --expiration 30d')
      }
    })

    it('refuses a lifetime outside its limits, with its length in seconds', () => {
      for (const [text, words] of [
        ['299s', '"299s" is 299 seconds; 300 seconds is the least (300 to 31536000 seconds)'],
        ['PT4M', '"PT4M" is 240 seconds; 300 seconds is the least'],
        ['1y1s', '"1y1s" is 31536001 seconds; 31536000 seconds is the most'],
        ['2026-11-22T12:04:59.500Z', 'is 299.5 seconds away; 300 seconds is the least'],
        ['2027-11-22', 'is 31579200 seconds away; 31536000 seconds is the most'],
      ] as const) {
        expect(refusalOf(text, SECONDS), text).to.contain(words)
      }
    })
  })

  const rules = fc.constantFrom(DAYS, DAYS_WITH_AN_END, SECONDS)

  it('never lets a token outlive the date or time that it was given', () => {
    const seconds = fc.integer({min: 0, max: 400 * 86_400_000})
    fc.assert(
      fc.property(rules, seconds, fc.integer({min: 0, max: DAY_MS - 1}), (rule, aheadMs, intoDayMs) => {
        const nowMs = Date.parse('2027-12-30T00:00:00Z') + intoDayMs
        const time = new Date(nowMs + aheadMs).toISOString()
        const date = time.slice(0, 10)
        for (const [text, endMs] of [
          [time, nowMs + aheadMs],
          [date, Date.parse(`${date}T00:00:00Z`) + DAY_MS],
        ] as const) {
          const lifetime = valueOrUsage(() => read(text, rule, nowMs))
          if (lifetime instanceof AppError) continue
          const unitMs = rule.unit === 'day' ? DAY_MS : 1000
          const heldMs = nowMs + Number(lifetime.amount) * unitMs
          expect(heldMs).to.be.within(endMs - unitMs + 1, endMs)
          expect(lifetime.roundedEndMs).to.equal(endMs - heldMs < 1000 ? null : heldMs)
        }
      }),
    )
  })

  it('returns a whole number within the limits, never, or a printable USAGE error for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          valueTexts(),
          mixes().map(({iso}) => iso),
        ),
        rules,
        (text, rule) => {
          const lifetime = valueOrUsage(() => read(text, rule))
          if (lifetime instanceof AppError) {
            expect(lifetime.message).to.match(/^--expiration "[ -~…]+\)$/)
            expect(lifetime.message).to.contain(lifetimeRange(rule))
          } else if (lifetime.amount === null) expect(text).to.equal('never')
          else {
            expect(lifetime.amount).to.be.within(rule.min, rule.max)
            expect(lifetime.amount).to.satisfy(Number.isInteger)
          }
        },
      ),
      {numRuns: 1000},
    )
  })

  it('accepts every lifetime that its errors suggest', () => {
    fc.assert(
      fc.property(mixes(), ({mix}) => {
        const lifetime = valueOrUsage(() => read(mix))
        if (!(lifetime instanceof AppError)) return
        const proposed = /nearest that work: (\d+d) and (\d+d)/.exec(lifetime.message)?.slice(1) ?? ['1d', '3650d']
        for (const text of proposed) expect(read(text).amount).to.equal(Number.parseInt(text, 10))
      }),
    )
  })
})

describe('findMaxLifetimeMs', () => {
  it('returns the limit in its unit, and Infinity if a token may live without an end', () => {
    expect(findMaxLifetimeMs(DAYS_WITH_AN_END)).to.equal(3650 * DAY_MS)
    expect(findMaxLifetimeMs({...SECONDS, max: 900, never: false})).to.equal(900_000)
    expect(findMaxLifetimeMs(DAYS)).to.equal(Number.POSITIVE_INFINITY)
  })
})
