import fc from 'fast-check'

/**
 * The units of a duration, in the order in which they are written, with their letters in ISO 8601.
 */
const UNITS = [
  {unit: 'y', iso: 'Y', seconds: 365 * 86_400},
  {unit: 'mo', iso: 'M', seconds: 30 * 86_400},
  {unit: 'w', iso: 'W', seconds: 7 * 86_400},
  {unit: 'd', iso: 'D', seconds: 86_400},
  {unit: 'h', iso: 'H', seconds: 3600},
  {unit: 'm', iso: 'M', seconds: 60},
  {unit: 's', iso: 'S', seconds: 1},
]

const TIME_UNITS = ['h', 'm', 's']

/** Generate mixes of some of the units, with their ISO 8601 form and the seconds that both mean. */
export function mixes(): fc.Arbitrary<{mix: string; iso: string; seconds: number}> {
  return fc
    .array(fc.option(fc.nat({max: 99_999}), {nil: null}), {minLength: UNITS.length, maxLength: UNITS.length})
    .filter((amounts) => amounts.some((amount) => amount !== null))
    .map((amounts) => {
      const parts = UNITS.flatMap((unit, at) => {
        const amount = amounts[at] ?? null
        return amount === null ? [] : [{...unit, amount}]
      })
      const isoOf = (wanted: typeof parts) => wanted.map(({amount, iso}) => `${amount}${iso}`).join('')
      const time = isoOf(parts.filter(({unit}) => TIME_UNITS.includes(unit)))
      return {
        mix: parts.map(({amount, unit}) => `${amount}${unit}`).join(''),
        iso: `P${isoOf(parts.filter(({unit}) => !TIME_UNITS.includes(unit)))}${time && `T${time}`}`,
        seconds: parts.reduce((sum, {amount, seconds}) => sum + amount * seconds, 0),
      }
    })
}

/**
 * Generate texts that look like durations and dates: digits, units, dates, times and other
 * characters.
 */
export function valueTexts(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...['0', '1', '9', '30', 'P', 'T', 'Y', 'M', 'D', 'H', 'S', 'y', 'mo', 'w', 'd', 'h', 'm', 's', '-', '+', '.', 'e'],
    ...[' ', '\n', '\u0000', '\u001b[31m', '\u0663', '\ud800', '\u202e', '\u0085', ':', 'Z', 'never'],
    ...['2027', '-01', '-31', '2027-01-31', 'T12:00:00', '9999-12-31'],
  )
  return fc.oneof(
    fc.string({unit: 'binary'}),
    fc.array(piece, {maxLength: 6}).map((pieces) => pieces.join('')),
  )
}

/** Mistakes that are not allowed anywhere in a duration. */
export const OTHER_SPELLINGS = [
  ...[
    '-1',
    '+1',
    '1.5',
    '1,5',
    '1e3',
    '0x1e',
    '030',
    '01d',
    '1_000',
    '1,000',
    '\u0663\u0660',
    '\uff13\uff10',
    '1d 12h',
  ],
  ...[
    '',
    ' ',
    ' 30',
    '30 ',
    '30 d',
    '30\n',
    '\t30',
    '30d\n',
    'abc',
    'd',
    'mo',
    '30D',
    '12H',
    '6MO',
    '6Mo',
    '1min',
    '1ms',
  ],
  ...['Never', 'NEVER', 'null', 'NaN', 'Infinity', '1.5d', '-1d', '1d-12h', '1d+12h', '1d12', '12d1', '0.5h', '1/2d'],
  ...[
    'P',
    'PT',
    'P1DT',
    'P30',
    '30P',
    'p30d',
    'P30d',
    'pt12h',
    'PT12h',
    'P1H',
    'PT1D',
    'PT1Y',
    'P1D1Y',
    'P1D1D',
    'PT1S1M',
  ],
  ...['P-1D', '-P1D', '+P1D', 'P1.5D', 'P0.5D', 'P1,5D', 'PT1.5H', 'P01D', 'P 1D', 'P1DT12', 'P1DT12H ', 'P2027-01-31'],
]
