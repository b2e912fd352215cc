import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {endToken, refuseUsed} from '../../../src/operations/tokens/end-token.ts'
import type {TokenRecord} from '../../../src/vendors/token-port.ts'
import {type FakeAccess, fakeAccess, fakeToken} from '../../support/fake-port.ts'
import {expectFailure} from '../../support/rejection.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR_MS = 3_600_000
/** A use counts for the minute after it and for the rest of its second. */
const USE_LASTS_MS = 61_000 - 2

const UNUSED = fakeToken('ci', {lastUsedAt: null})
const usedAt = (ms: number) => fakeToken('ci', {lastUsedAt: new Date(ms).toISOString()})
const fail = (err: unknown) => async (): Promise<never> => {
  throw err
}

interface Situation {
  unusedForMs?: number
  /** The token, or the error, that a second read returns. */
  again?: TokenRecord | AppError
}

function end(access: FakeAccess, {unusedForMs, again = UNUSED}: Situation = {}): Promise<void> {
  return endToken(access, {
    token: UNUSED,
    unusedForMs,
    async readAgain() {
      access.calls.push('readAgain')
      if (again instanceof AppError) throw again
      return again
    },
    now: () => NOW,
    warn: async () => void access.calls.push('warn'),
  })
}

describe('endToken', () => {
  it('ends the token with one call if uses do not matter', async () => {
    const access = fakeAccess({end: async () => {}, endUnused: async () => {}})
    await end(access)
    expect(access.calls).to.deep.equal(['end ci'])
  })

  it('leaves the check for uses to a port that can do both in one step', async () => {
    const access = fakeAccess({endUnused: async () => {}})
    await end(access, {unusedForMs: HOUR_MS, again: usedAt(NOW)})
    expect(access.calls).to.deep.equal([`endUnused ci ${HOUR_MS}`])
  })

  it('reads again, warns and ends, in this order, if the port cannot', async () => {
    const access = fakeAccess({end: async () => {}})
    await end(access, {unusedForMs: HOUR_MS})
    expect(access.calls).to.deep.equal(['readAgain', 'warn', 'end ci'])
  })

  it('does not end a token that was used since it was read', async () => {
    const access = fakeAccess({end: async () => {}})
    const err = await expectFailure(end(access, {unusedForMs: HOUR_MS, again: usedAt(NOW - 60_000)}), 'CHECK_FAILED')
    expect(err.message).to.equal('API token ci (id-ci) was used 1 minute ago')
    expect(err.details.hint).to.contain('tokenry shelf token list --sort -last-used --context prod')
    expect(access.calls).to.deep.equal(['readAgain'])
  })

  it('ends nothing if the token is gone by now, or cannot be read again', async () => {
    for (const code of ['NOT_FOUND', 'TIMEOUT'] as const) {
      const access = fakeAccess({end: async () => {}})
      await expectFailure(end(access, {unusedForMs: HOUR_MS, again: new AppError(code, 'No answer')}), code)
      expect(access.calls).to.deep.equal(['readAgain'])
    }
  })

  it('names the list command in the hint of a CONFLICT, no matter which call it comes from', async () => {
    const conflict = new AppError('CONFLICT', 'It was changed')
    for (const [access, situation] of [
      [fakeAccess({end: fail(conflict)}), {}],
      [fakeAccess({endUnused: fail(conflict)}), {unusedForMs: HOUR_MS}],
      [fakeAccess({end: fail(conflict)}), {unusedForMs: HOUR_MS}],
    ] as const) {
      const err = await expectFailure(end(access, situation), 'CONFLICT')
      expect(err.message).to.equal('It was changed')
      expect(err.details.hint).to.equal('see the current state with: tokenry shelf token list --context prod')
    }
  })

  it('marks NOT_FOUND as about the token itself, whichever call it comes from', async () => {
    const missing = new AppError('NOT_FOUND', 'Not Found.', {hint: 'Check the id', requestId: 'r1'})
    for (const [access, situation] of [
      [fakeAccess({end: fail(missing)}), {}],
      [fakeAccess({endUnused: fail(missing)}), {unusedForMs: HOUR_MS}],
      [fakeAccess({}), {unusedForMs: HOUR_MS, again: missing}],
    ] as const) {
      const err = await expectFailure(end(access, situation), 'NOT_FOUND')
      expect(err.message).to.equal('Not Found.')
      expect(err.details).to.deep.include({
        hint: 'Check the id',
        requestId: 'r1',
        gone: {wanted: 'id-ci', sentence: 'API token id-ci was deleted by someone else in the meantime'},
      })
    }
  })

  it('passes every other error on unchanged', async () => {
    const err = new AppError('FORBIDDEN', 'Not allowed', {hint: 'Ask an owner'})
    expect(await expectFailure(end(fakeAccess({end: fail(err)})), 'FORBIDDEN')).to.equal(err)
  })
})

describe('refuseUsed', () => {
  const {words} = fakeAccess({})
  const refuse = async (token: TokenRecord) => refuseUsed(words, token, {unusedForMs: HOUR_MS, now: NOW})

  it('accepts a token that was never used, or was used before the time', async () => {
    await refuse(UNUSED)
    await refuse(usedAt(NOW - HOUR_MS - USE_LASTS_MS))
  })

  it('is CHECK_FAILED for a use within the time, and for one that may be within it', async () => {
    for (const ms of [NOW, NOW + HOUR_MS, NOW - HOUR_MS, NOW - HOUR_MS - USE_LASTS_MS + 1000]) {
      await expectFailure(refuse(usedAt(ms)), 'CHECK_FAILED')
    }
  })

  it('is CHECK_FAILED for a time that cannot be read: a check that protects fails closed', async () => {
    await expectFailure(refuse(fakeToken('ci', {lastUsedAt: 'soon'})), 'CHECK_FAILED')
  })

  it('is USAGE that names the context and the flag if uses are not reported', async () => {
    const err = await expectFailure(refuse(fakeToken('ci')), 'USAGE')
    expect(err.message).to.contain('The context prod does not report')
    expect(err.details.hint).to.contain('--unused-for')
  })

  it('names a token without an id only once', async () => {
    const err = await expectFailure(refuse({name: 'ci', lastUsedAt: new Date(NOW).toISOString()}), 'CHECK_FAILED')
    expect(err.message).to.match(/^API token ci was used/)
  })
})
