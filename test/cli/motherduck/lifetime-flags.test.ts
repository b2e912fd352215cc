import {expect} from 'chai'
import {type LifetimeFlags, readLifetime} from '../../../src/cli/motherduck/lifetime-flags.ts'
import {AppError} from '../../../src/errors/app-error.ts'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')

describe('the lifetime of a MotherDuck token', () => {
  const pair = (number: string, unit: string): LifetimeFlags => ({
    'expiration-number': number,
    'expiration-unit': unit,
  })
  const accepted: [LifetimeFlags, number | null | undefined][] = [
    [{}, undefined],
    [{ttl: '300'}, 300],
    [{ttl: '3600'}, 3600],
    [{ttl: '31536000'}, 31_536_000],
    [{expiration: '5m'}, 300],
    [{expiration: '1h'}, 3600],
    [{expiration: '30d'}, 2_592_000],
    [{expiration: '365d'}, 31_536_000],
    [{expiration: '52w'}, 31_449_600],
    [{expiration: '12mo'}, 31_104_000],
    [{expiration: '1y'}, 31_536_000],
    [{expiration: '1d12h'}, 129_600],
    [{expiration: 'PT1H'}, 3600],
    [{expiration: '2026-11-22'}, 43_200],
    [{expiration: '2026-11-22T13:00:00Z'}, 3600],
    [{expiration: 'never'}, null],
    [pair('300', 'seconds'), 300],
    [pair('5', 'minutes'), 300],
    [pair('1', 'hours'), 3600],
    [pair('1', 'Hour'), 3600],
    [pair('1.5', 'days'), 129_600],
    [pair('0.1', 'days'), 8640],
    [pair('.5', 'DAY'), 43_200],
    [pair('52', 'weeks'), 31_449_600],
    [pair('12', 'months'), 31_104_000],
    [pair('1', 'year'), 31_536_000],
    [pair('1e+05', 'seconds'), 100_000],
    [pair('0.3333333333333333', 'hours'), 1200],
    [pair('0.07', 'years'), 2_207_520],
    [pair('0.29', 'years'), 9_145_440],
    [pair('1', 'never'), null],
    [pair('ignored', 'Never'), null],
    [{'expiration-unit': 'never'}, null],
  ]
  for (const [flags, seconds] of accepted) {
    it(`is ${seconds} seconds for ${JSON.stringify(flags)}`, () => {
      expect(readLifetime(flags, NOW)).to.equal(seconds)
    })
  }

  const refused: [LifetimeFlags, string][] = [
    [{ttl: '299'}, '299 seconds; 300 is the least (300 to 31536000 seconds)'],
    [{ttl: '31536001'}, '31536001 seconds; 31536000 is the most'],
    [{ttl: '0'}, '0 seconds'],
    [{ttl: '1h'}, 'not a whole number of seconds'],
    [{ttl: '300.5'}, 'not a whole number of seconds'],
    [{ttl: '-300'}, 'not a whole number of seconds'],
    [{ttl: '0300'}, 'not a whole number of seconds'],
    [{ttl: '1e3'}, 'not a whole number of seconds'],
    [{ttl: 'never'}, 'not a whole number of seconds'],
    [{expiration: '365'}, 'has no unit'],
    [{expiration: '299s'}, '299 seconds'],
    [{expiration: '2y'}, '63072000 seconds'],
    [{expiration: '2026-11-21'}, 'is not in the future'],
    [pair('299', 'seconds'), '299 seconds'],
    [pair('2', 'years'), '63072000 seconds'],
    [pair('13', 'months'), '33696000 seconds'],
    [pair('-1', 'days'), 'is not above 0'],
    [pair('0', 'days'), 'is not above 0'],
    [pair('301.5', 'seconds'), '301.5 seconds, and only whole seconds'],
    [pair('1e999', 'days'), 'is not a number'],
    [pair('one', 'days'), 'is not a number'],
    [pair('0x10', 'days'), 'is not a number'],
    [pair('NaN', 'days'), 'is not a number'],
    [pair('1', 'fortnights'), 'is not a unit'],
    [{'expiration-number': '1'}, '--expiration-unit is missing'],
    [{'expiration-unit': 'days'}, '--expiration-number is missing'],
    [{ttl: '300', expiration: '1h'}, '--ttl and --expiration exclude each other'],
    [{ttl: '300', ...pair('1', 'hours')}, '--ttl and --expiration-number exclude each other'],
    [{expiration: '1h', 'expiration-unit': 'never'}, '--expiration and --expiration-unit exclude each other'],
  ]
  for (const [flags, words] of refused) {
    it(`is refused for ${JSON.stringify(flags)}`, () => {
      expect(() => readLifetime(flags, NOW))
        .to.throw(AppError, words)
        .with.property('code', 'USAGE')
    })
  }

  it('without a unit is refused with the two ways to write it', () => {
    expect(() => readLifetime({expiration: '365'}, NOW))
      .to.throw(AppError)
      .with.nested.property('details.hint', 'Write 365d for days, or --ttl 365 for seconds')
  })
})
