import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import type {Deliver} from '../../../src/operations/tokens/deliver.ts'
import {type MintOptions, mintToken} from '../../../src/operations/tokens/mint-token.ts'
import type {TokenRecord} from '../../../src/vendors/token-port.ts'
import {type FakeAccess, fakeAccess, fakeMinted, fakeToken} from '../../support/fake-port.ts'
import {expectFailure} from '../../support/rejection.ts'

type Options = Partial<MintOptions<TokenRecord, {name: string}, {key: string}>>

const CI = fakeToken('ci')
const mintCi = {mint: async () => fakeMinted(CI)}
const fail = (err: unknown) => async (): Promise<never> => {
  throw err
}
const unreachable = fail(new Error('unreachable'))

function mint(access: FakeAccess, options: Options = {}): Promise<{key: string}> {
  return mintToken(access, {
    token: {name: 'ci'},
    uniqueName: false,
    toResult: ({name}) => ({key: name}),
    deliver: async () => void access.calls.push('deliver'),
    warn: async () => void access.calls.push('warn'),
    ...options,
  })
}

describe('mintToken', () => {
  it('delivers the secret with the result, and returns the result', async () => {
    const handed: unknown[] = []
    const deliver: Deliver<{key: string}> = async (...args) => void handed.push(...args)
    const access = fakeAccess(mintCi)
    expect(await mint(access, {deliver})).to.deep.equal({key: 'ci'})
    expect(handed).to.deep.equal(['secret-of-ci', {key: 'ci'}, {afterSignal: 'refuse'}])
  })

  it('delivers nothing if nothing is created: the error stays, and a CONFLICT also names the list command', async () => {
    const upstream = new AppError('UPSTREAM', 'No answer came', {hint: 'Look first'})
    const access = fakeAccess({mint: fail(upstream)})
    expect(await expectFailure(mint(access), 'UPSTREAM')).to.equal(upstream)
    const full = fakeAccess({mint: fail(new AppError('CONFLICT', 'There are too many', {hint: 'Delete one'}))})
    const err = await expectFailure(mint(full), 'CONFLICT')
    expect(err.message).to.equal('There are too many')
    expect(err.details.hint).to.equal('Delete one; see the current state with: tokenry shelf token list --context prod')
    expect([access.calls, full.calls]).to.deep.equal([['mint ci'], ['mint ci']])
  })

  describe('with a name that has to be unique', () => {
    const unique = {uniqueName: true}

    it('makes one call of a port that can do it in one step', async () => {
      const access = fakeAccess({mintUnique: async () => fakeMinted(CI)})
      await mint(access, unique)
      expect(access.calls).to.deep.equal(['mintUnique ci', 'deliver'])
    })

    it('checks and warns before it creates the token', async () => {
      const access = fakeAccess({...mintCi, list: async () => [fakeToken('CI'), fakeToken('ci2')]})
      await mint(access, unique)
      expect(access.calls).to.deep.equal(['list', 'warn', 'mint ci', 'deliver'])
    })

    it('counts only the tokens that the caller treats as rivals', async () => {
      const list = async () => [fakeToken('ci', {kind: 'OTHER', id: 'other'}), fakeToken('ci', {kind: 'SAME'})]
      const isRival = ({kind}: TokenRecord) => kind === 'SAME'
      const access = fakeAccess({...mintCi, list})
      const err = await expectFailure(mint(access, {...unique, isRival}), 'CONFLICT')
      expect(err.message).to.contain('id-ci').and.to.contain('named ci')
      expect(access.calls).to.deep.equal(['list'])
      await mint(access, {...unique, isRival: () => false})
    })

    it('creates nothing if it cannot check', async () => {
      const access = fakeAccess({...mintCi, list: fail(new AppError('TIMEOUT', 'No answer'))})
      await expectFailure(mint(access, unique), 'TIMEOUT')
      expect(access.calls).to.deep.equal(['list'])
    })

    it('creates nothing if it cannot warn', async () => {
      const access = fakeAccess({...mintCi, list: async () => []})
      const warn = fail(new AppError('UNDELIVERED', 'stderr is closed'))
      await expectFailure(mint(access, {...unique, warn}), 'UNDELIVERED')
      expect(access.calls).to.deep.equal(['list'])
    })
  })

  describe('with a secret that could not be delivered', () => {
    const full = Object.assign(new Error('write failed'), {code: 'ENOSPC'})

    it('ends the new token: UNDELIVERED, with the reason and its key', async () => {
      const access = fakeAccess({...mintCi, end: async () => {}})
      const err = await expectFailure(mint(access, {deliver: fail(full)}), 'UNDELIVERED')
      expect(err.message).to.match(/^The new API token id-ci could not be written out: .*ENOSPC.*; it was ended again$/)
      expect(err.details.hint).to.contain('--output FILE')
      expect(err.cause).to.equal(full)
      expect(access.calls).to.deep.equal(['mint ci', 'end ci'])
    })

    it('keeps the hint of the failed output', async () => {
      const cause = new AppError('UNDELIVERED', 'The file is gone', {hint: 'Make the folder first'})
      const access = fakeAccess({...mintCi, end: async () => {}})
      const err = await expectFailure(mint(access, {deliver: fail(cause)}), 'UNDELIVERED')
      expect(err.message).to.contain('The file is gone')
      expect(err.details.hint).to.equal('Make the folder first')
    })

    it('keeps the code and the signal that stopped it', async () => {
      const access = fakeAccess({...mintCi, end: async () => {}})
      const terminated = new AppError('TERMINATED', 'Stopped by SIGHUP', {signal: 'SIGHUP'})
      const stopped = await expectFailure(mint(access, {deliver: fail(terminated)}), 'TERMINATED')
      expect(stopped.message).to.contain('was not written out: Stopped by SIGHUP; it was ended again')
      expect(stopped.details.signal).to.equal('SIGHUP')
      const cancelled = fail(new AppError('CANCELLED', 'Cancelled'))
      expect((await expectFailure(mint(access, {deliver: cancelled}), 'CANCELLED')).details.signal).to.equal(undefined)
    })

    for (const [what, deliver] of [
      ['a full disk', fail(full)],
      ['a signal', fail(new AppError('TERMINATED', 'Stopped by SIGTERM', {signal: 'SIGTERM'}))],
    ] as const) {
      it(`is UNDELIVERED with the command that ends the token if it could not be ended either, after ${what}`, async () => {
        const access = fakeAccess({...mintCi, end: unreachable})
        const err = await expectFailure(mint(access, {deliver}), 'UNDELIVERED')
        expect(err.message).to.contain('could not be ended either and still works')
        expect(err.details.hint).to.equal('End it with: tokenry shelf token delete id-ci --force --context prod')
        expect(err.cause).to.have.property('message', 'unreachable')
      })
    }

    it('names the token by its name if there are no ids', async () => {
      const access = fakeAccess({mint: async () => fakeMinted({name: 'ci'}), end: unreachable})
      const err = await expectFailure(mint(access, {deliver: fail(full)}), 'UNDELIVERED')
      expect(err.message).to.contain('The new API token ci could')
      expect(err.details.hint).to.contain('delete ci --force')
    })

    it('never puts the secret into an error', async () => {
      const access = fakeAccess({...mintCi, end: unreachable})
      const err = await expectFailure(mint(access, {deliver: fail(full)}), 'UNDELIVERED')
      expect(JSON.stringify([err.message, err.details])).to.not.contain('secret-of-ci')
    })
  })
})
