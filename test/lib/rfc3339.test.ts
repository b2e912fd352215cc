import {expect} from 'chai'
import fc from 'fast-check'
import {parseDate, parseRfc3339} from '../../src/lib/rfc3339.ts'

describe('parseRfc3339', () => {
  const accepted: [string, string][] = [
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
    ['2027-01-31T00:30:00+05:45', '2027-01-30T18:45:00.000Z'],
    ['2027-01-31T23:59:59-12:00', '2027-02-01T11:59:59.000Z'],
    ['2027-01-31T12:00:00-00:00', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.5Z', '2027-01-31T12:00:00.500Z'],
    ['2027-01-31T12:00:00.123999999+00:00', '2027-01-31T12:00:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ]
  for (const [text, utc] of accepted) {
    it(`reads ${text} as ${utc}`, () => {
      expect(parseRfc3339(text)).to.equal(Date.parse(utc))
    })
  }

  it('refuses every other spelling, and dates and times that do not exist', () => {
    for (const text of [
      ...['2027-02-29T00:00:00Z', '2027-04-31T00:00:00Z', '2027-13-01T00:00:00Z', '2027-00-01T00:00:00Z'],
      ...['2027-01-31T24:00:00Z', '2027-01-31T12:60:00Z', '2027-01-31T23:59:60Z', '2027-01-31T12:00:00+24:00'],
      ...['2027-01-31T12:00:00', '2027-01-31T12:00Z', '2027-01-31 12:00:00Z', '2027-01-31t12:00:00z', '2027-01-31'],
      ...['2027-01-31T12:00:00+0200', '2027-01-31T12:00:00+02', '2027-01-31T12:00:00,5Z', '2027-01-31T12:00:00.Z'],
      ...[
        '2027-01-31T12:00:00.1234567890Z',
        ' 2027-01-31T12:00:00Z',
        '2027-01-31T12:00:00Z\n',
        '+012027-01-31T00:00:00Z',
      ],
      ...['2027-1-31T12:00:00Z', '27-01-31T12:00:00Z', '2027-01-31T1:00:00Z', '2027-01-31T12:00:00+02:60', ''],
    ]) {
      expect(parseRfc3339(text), text).to.equal(undefined)
    }
  })

  it('reads what Date.toISOString writes', () => {
    const [min, max] = [new Date('0000-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59.999Z')]
    fc.assert(
      fc.property(fc.date({min, max, noInvalidDate: true}), (date) => {
        expect(parseRfc3339(date.toISOString())).to.equal(date.getTime())
        expect(parseDate(date.toISOString().slice(0, 10))).to.equal(date.setUTCHours(0, 0, 0, 0))
      }),
    )
  })
})
