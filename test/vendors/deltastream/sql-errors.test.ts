import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../../src/errors/app-error.ts'
import type {ErrorCode} from '../../../src/errors/exit-codes.ts'
import {requireSuccess} from '../../../src/vendors/deltastream/sql-errors.ts'
import {expectFailure} from '../../support/rejection.ts'
import {deltaStreamToken, failedResult, tokenList} from '../../support/scripted-deltastream.ts'

const fail = (state: string, code: ErrorCode, {mints = false, message = 'why'} = {}) =>
  expectFailure((async () => requireSuccess(failedResult(state, message), {mints}))(), code)

describe('the SQL state of a DeltaStream statement', () => {
  it('is a success only if it is 00000', () => {
    const result = tokenList([])
    for (const mints of [false, true]) expect(requireSuccess(result, {mints})).to.equal(result)
  })

  for (const [states, code, mintCode = code] of [
    ['42501', 'FORBIDDEN'],
    ['3D012 3D001 3D004', 'NOT_FOUND'],
    ['42P09 42P011 2BP01 53000', 'CONFLICT'],
    ['42601 3D008 3D021 42622 0A000', 'INVALID'],
    ['22021 22000 22P02 42710 42P04 42P019 42P001 42000', 'INVALID'],
    ['57014', 'TIMEOUT', 'UNCERTAIN'],
    ['57015 XX000', 'UPSTREAM', 'UNCERTAIN'],
    ['01000 01P01 02000 03000 3D000 3D002 3E001 57000 53100 XX001 99999 0L000', 'UPSTREAM', 'UNCERTAIN'],
    // Not a state at all.
    ['0000 000000 42 22 42501x 4250 42P0111 ok', 'UPSTREAM', 'UNCERTAIN'],
  ] as [string, ErrorCode, ErrorCode?][]) {
    for (const state of states.split(' ')) {
      it(`${state} is ${code}, and ${mintCode} for a statement that mints`, async () => {
        for (const [mints, expected] of [
          [false, code],
          [true, mintCode],
        ] as const) {
          const {message, details} = await fail(state, expected, {mints})
          expect(message).to.equal('why')
          expect(details).to.include({vendor: 'deltastream', vendorCode: state})
        }
      })
    }
  }

  it('suggests a look, and no second try, if a token may exist', async () => {
    const {details} = await fail('XX000', 'UNCERTAIN', {mints: true})
    expect(details.hint).to.contain('tokenry deltastream token list')
  })

  it('is the message if there is no other', async () => {
    for (const message of ['', undefined]) {
      const result = {...failedResult('42P09'), message}
      const {message: words} = await expectFailure(
        (async () => requireSuccess(result as typeof result & {message: string}, {mints: false}))(),
        'CONFLICT',
      )
      expect(words).to.equal('DeltaStream answered with the SQL state 42P09')
    }
  })

  it('is explained without tokens and in limited length', async () => {
    const secret = deltaStreamToken('other')
    const {message} = await fail('42601', 'INVALID', {message: `near ${secret} ${'x '.repeat(2000)}`})
    expect(message).to.not.contain(secret)
    expect(message).to.have.length.below(600)
    expect((await fail(secret, 'UPSTREAM')).details.vendorCode).to.equal('[token]')
  })

  it('leads to an error for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (state, mints) => {
        expect(() => requireSuccess(failedResult(state), {mints})).to.throw(AppError)
      }),
    )
  })
})
