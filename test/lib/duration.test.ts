import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../src/errors/app-error.ts'
import {DAY_MS, parseExpiration, parseWindow} from '../../src/lib/duration.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const HOUR_MS = 3_600_000

describe('parseExpiration', () => {
  const accepted: [string, number | null][] = [
    ['1', 1],
    ['30', 30],
    ['3650', 3650],
    ['30d', 30],
    ['24h', 1],
    ['48h', 2],
    ['12w', 84],
    ['1y', 365],
    ['10y', 3650],
    ['2027-01-31', 69],
    ['2026-11-24', 1],
    ['2028-02-29', 463],
    ['never', null],
  ]
  for (const [text, days] of accepted) {
    it(`reads ${text} as ${days === null ? 'never' : `${days} days`}`, () => {
      expect(parseExpiration(text, NOON)).to.equal(days)
    })
  }

  const refused: [string, string[]][] = [
    ['a number out of range', ['0', '3651', '9999999999999999', '9'.repeat(400)]],
    ['a duration out of range', ['0d', '0h', '3651d', '11y', '9999999999999999d', '87601h']],
    ['hours that make no whole day', ['36h', '1h', '87599h']],
    ['a date that the calendar does not have', ['2027-02-30', '2027-13-01', '2027-00-10', '2027-01-00', '2027-02-29']],
    ['a date that is past, today or too near', ['2020-01-01', '0001-01-01', '2026-11-21', '2026-11-22', '2026-11-23']],
    ['a date beyond ten years', ['2036-11-21', '9999-12-31']],
    [
      'another way to write a number',
      ['-1', '+1', '1.5', '1e3', '0x1e', '030', '1_000', '1,000', '\u0663\u0660', '\uff13\uff10'],
    ],
    ['spaces', ['', ' ', ' 30', '30 ', '30 d', '30\n', '\t30']],
    ['words and other units', ['abc', 'd', '30m', '30s', '1d12h', '30D', 'Never', 'NEVER', 'null', 'NaN', 'Infinity']],
    ['another way to write a date', ['2027-1-31', '2027/01/31', '27-01-31', '2027-01-31T00:00:00Z', '31.01.2027']],
  ]
  for (const [kind, texts] of refused) {
    it(`refuses ${kind} with the value, the range and an example`, () => {
      for (const text of texts) {
        expect(() => parseExpiration(text, NOON), text)
          .to.throw(AppError)
          .that.nested.includes({code: 'USAGE', 'details.hint': 'Give a number of days, for example: --expiration 30'})
          .and.property('message')
          .that.contains(`Expiration ${JSON.stringify(text)} `)
          .and.contains('1 to 3650 days')
      }
    })
  }

  it('says what is wrong with the value', () => {
    const words: [string, string][] = [
      ['3651', 'out of range'],
      ['36h', 'not a whole number of days'],
      ['2027-02-30', 'not a date of the calendar'],
      ['2026-11-22', 'not in the future'],
      ['2026-11-23', 'less than a whole day away'],
      ['abc', 'not a number of days'],
    ]
    for (const [text, problem] of words) expect(() => parseExpiration(text, NOON)).to.throw(AppError, problem)
  })

  it('never lets a token outlive the date it was given', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 3649}), fc.integer({min: 0, max: DAY_MS - 1}), (days, intoDayMs) => {
        const midnight = Date.parse('2026-11-22T00:00:00Z')
        const date = new Date(midnight + (days + 1) * DAY_MS).toISOString().slice(0, 10)
        const parsed = parseExpiration(date, midnight + intoDayMs)
        expect(parsed).to.equal(intoDayMs === 0 ? days + 1 : days)
      }),
    )
  })

  it('reads every whole number of days and its hours alike', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 3650}), (days) => {
        for (const text of [`${days}`, `${days}d`, `${days * 24}h`]) expect(parseExpiration(text, NOON)).to.equal(days)
      }),
    )
  })

  it('gives 1 to 3650 whole days, never, or a USAGE error, whatever the text', () => {
    fc.assert(
      fc.property(anyText(), (text) => isDaysOrUsage(text)),
      {numRuns: 2000},
    )
  })
})

describe('parseWindow', () => {
  const accepted: [string, number][] = [
    ['14', 14 * DAY_MS],
    ['14d', 14 * DAY_MS],
    ['1h', HOUR_MS],
    ['36h', 36 * HOUR_MS],
    ['2w', 14 * DAY_MS],
    ['1y', 365 * DAY_MS],
    ['3650d', 3650 * DAY_MS],
  ]
  for (const [text, windowMs] of accepted) {
    it(`reads ${text} as ${windowMs} ms`, () => {
      expect(parseWindow('--valid-for', text)).to.equal(windowMs)
    })
  }

  it('refuses everything else with the flag, the value and an example', () => {
    for (const text of [
      '',
      '0',
      '0h',
      '-1',
      '3651',
      '87601h',
      '1.5d',
      '14D',
      'never',
      '2027-01-31',
      '14 d',
      '014',
      '1d1h',
    ]) {
      expect(() => parseWindow('--expiring-within', text), text)
        .to.throw(AppError)
        .that.nested.includes({
          code: 'USAGE',
          'details.hint': 'Give a number of days or a duration, for example: --expiring-within 7d',
        })
        .and.property('message')
        .that.contains(`--expiring-within ${JSON.stringify(text)} `)
        .and.contains('3650 days')
    }
  })

  it('gives more than none and at most 3650 days, or a USAGE error, whatever the text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const windowMs = valueOrCode(() => parseWindow('--valid-for', text))
        if (windowMs !== 'USAGE') expect(windowMs).to.be.within(HOUR_MS, 3650 * DAY_MS)
      }),
      {numRuns: 2000},
    )
  })
})

/** Texts that look like values: digits, units, dates and a little of everything else. */
function anyText() {
  const piece = fc.constantFrom(
    '0',
    '1',
    '9',
    '30',
    'h',
    'd',
    'w',
    'y',
    '-',
    '+',
    '.',
    'e',
    'x',
    ' ',
    '2027',
    '12',
    'never',
    '٣',
  )
  return fc.oneof(
    fc.string(),
    fc.array(piece, {maxLength: 6}).map((pieces) => pieces.join('')),
  )
}

function isDaysOrUsage(text: string): void {
  const days = valueOrCode(() => parseExpiration(text, NOON))
  if (days === 'USAGE' || (days === null && text === 'never')) return
  expect(days).to.be.within(1, 3650)
  expect(days).to.satisfy(Number.isInteger)
}

function valueOrCode<T>(parse: () => T): T | string {
  try {
    return parse()
  } catch (err) {
    if (err instanceof AppError) return err.code
    throw err
  }
}
