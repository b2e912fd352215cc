import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import type {Deliver} from '../../../src/operations/tokens/deliver.ts'
import {refuseWithoutGrace, replaceToken} from '../../../src/operations/tokens/replace-token.ts'
import type {ReplaceOptions, StagedReplacement, TokenRecord} from '../../../src/vendors/token-port.ts'
import {type FakeAccess, fakeAccess, fakeMinted, fakeStaged, fakeToken} from '../../support/fake-port.ts'
import {expectFailure} from '../../support/rejection.ts'

const CI = fakeToken('ci')
const ROTATE_AGAIN = 'tokenry shelf token rotate id-ci --force --context prod'
const full = Object.assign(new Error('write failed'), {code: 'ENOSPC'})
const terminated = new AppError('TERMINATED', 'Stopped by SIGTERM', {signal: 'SIGTERM'})
const fail = (err: unknown) => async (): Promise<never> => {
  throw err
}

function replace(
  access: FakeAccess,
  deliver: Deliver<{key: string}> = async () => void access.calls.push('deliver'),
  options: ReplaceOptions = {},
): Promise<{key: string}> {
  const toResult = ({fragment, name}: TokenRecord) => ({key: fragment ?? name})
  return replaceToken(access, {token: CI, ...options, toResult, deliver})
}

/** Return a port that replaces in these steps. The steps appear in `calls` too. */
function inSteps(steps: Partial<Pick<StagedReplacement<TokenRecord>, 'finish' | 'undo'>>, graceMaxMs = 1000) {
  const access = fakeAccess({
    graceMaxMs,
    replaceInSteps: async () => fakeStaged(fakeToken('ci', {fragment: 'new'}), noted),
  })
  const noted = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      () => {
        access.calls.push(name)
        return step()
      },
    ]),
  )
  return access
}

describe('replaceToken in steps', () => {
  it('finishes after the delivery, and returns the token after that', async () => {
    const handed: unknown[] = []
    const access = inSteps({finish: async () => fakeToken('ci', {fragment: 'finished'})})
    const deliver: Deliver<{key: string}> = async (...args) => {
      handed.push(...args)
      access.calls.push('deliver')
    }
    expect(await replace(access, deliver)).to.deep.equal({key: 'finished'})
    expect(handed).to.deep.equal(['secret-of-ci', {key: 'new'}, {afterSignal: 'refuse'}])
    expect(access.calls).to.deep.equal(['replaceInSteps ci {}', 'deliver', 'finish'])
  })

  it('requests the wanted grace, or the end of all secrets', async () => {
    for (const options of [{graceMs: 5}, {endAllValues: true}]) {
      const access = inSteps({finish: async () => CI})
      await replace(access, undefined, options)
      expect(access.calls[0]).to.equal(`replaceInSteps ci ${JSON.stringify(options)}`)
    }
    const access = inSteps({finish: async () => CI})
    await replace(access, undefined, {graceMs: undefined, endAllValues: false})
    expect(access.calls[0]).to.equal('replaceInSteps ci {}')
  })

  it('says how to end every older secret if one is in grace', async () => {
    const conflict = new AppError('CONFLICT', 'An older secret is in grace', {reason: 'in-grace', hint: 'Wait'})
    const err = await expectFailure(replace(fakeAccess({graceMaxMs: 1, replaceInSteps: fail(conflict)})), 'CONFLICT')
    expect(err.details.hint).to.contain(`now: tokenry shelf token rotate id-ci --force --context prod --end-all-values`)
  })

  it('delivers nothing if it cannot begin; a CONFLICT also names the list command', async () => {
    const conflict = new AppError('CONFLICT', 'An older value is in grace', {hint: 'Wait'})
    const access = fakeAccess({graceMaxMs: 1, replaceInSteps: fail(conflict)})
    const err = await expectFailure(replace(access), 'CONFLICT')
    expect(err.details.hint).to.equal('Wait; see the current state with: tokenry shelf token list --context prod')
    expect(access.calls).to.deep.equal(['replaceInSteps ci {}'])
  })

  it('undoes a replacement that could not be delivered: UNDELIVERED, and the old secret is still valid', async () => {
    const access = inSteps({undo: async () => {}})
    const err = await expectFailure(replace(access, fail(full)), 'UNDELIVERED')
    expect(err.message).to.match(/^The new secret of ci \(id-ci\) could not be written out: .*ENOSPC.*still valid$/)
    expect(err.details.hint).to.contain('--output FILE')
    expect(err.cause).to.equal(full)
    expect(access.calls).to.deep.equal(['replaceInSteps ci {}', 'undo'])
  })

  it('undoes a replacement that a signal stopped, and keeps the code', async () => {
    const access = inSteps({undo: async () => {}})
    const err = await expectFailure(replace(access, fail(terminated)), 'TERMINATED')
    expect(err.message).to.contain('was not written out: Stopped by SIGTERM; the old secret is still valid')
    expect(err.details.signal).to.equal('SIGTERM')
    const cancelled = fail(new AppError('CANCELLED', 'Cancelled'))
    await expectFailure(replace(inSteps({undo: async () => {}}), cancelled), 'CANCELLED')
  })

  for (const cause of [full, terminated]) {
    it(`is UNDELIVERED with the command that ends the new secret if it cannot be undone, after: ${cause.message}`, async () => {
      const access = inSteps({undo: fail(new Error('unreachable'))})
      const err = await expectFailure(replace(access, fail(cause)), 'UNDELIVERED')
      expect(err.message).to.contain('could not be ended, and the old secret is still valid')
      expect(err.details.hint).to.equal(`End it by rotating again: ${ROTATE_AGAIN}`)
      expect(err.details.signal).to.equal(undefined)
      expect(err.cause).to.have.property('message', 'unreachable')
      expect(access.calls).to.deep.equal(['replaceInSteps ci {}', 'undo'])
    })
  }

  for (const cause of [new Error('disk failure'), new AppError('TIMEOUT', 'The store is busy')]) {
    it(`is PARTIAL if the old secret cannot be ended after the delivery: ${cause.message}`, async () => {
      const access = inSteps({finish: fail(cause)})
      const err = await expectFailure(replace(access), 'PARTIAL')
      expect(err.message).to.contain('ci (id-ci) is written out, but the old one still works')
      expect(err.details.hint).to.equal(`End it by rotating again: ${ROTATE_AGAIN}`)
      expect(err.cause).to.equal(cause)
      expect(access.calls).to.deep.equal(['replaceInSteps ci {}', 'deliver', 'finish'])
    })
  }

  it('names a token without an id only once', async () => {
    const deliver = async () => {}
    const access = inSteps({finish: fail(new Error('disk failure'))})
    const err = await expectFailure(
      replaceToken(access, {token: {name: 'ci'}, toResult: () => ({}), deliver}),
      'PARTIAL',
    )
    expect(err.message).to.equal('The new secret of ci is written out, but the old one still works')
    expect(err.details.hint).to.contain('tokenry shelf token rotate ci --force')
  })

  it('passes on the CONFLICT of the finish if another rotation came first', async () => {
    const conflict = new AppError('CONFLICT', 'The new value was ended by another rotation')
    expect(await expectFailure(replace(inSteps({finish: fail(conflict)})), 'CONFLICT')).to.equal(conflict)
  })
})

describe('replaceToken in one step', () => {
  const atOnce = () => fakeAccess({replace: async () => fakeMinted(fakeToken('ci', {fragment: 'new'}))})

  it('delivers the secret even after a signal, because the replacement cannot be undone', async () => {
    const handed: unknown[] = []
    const deliver: Deliver<{key: string}> = async (...args) => void handed.push(...args)
    const access = atOnce()
    expect(await replace(access, deliver)).to.deep.equal({key: 'new'})
    expect(handed).to.deep.equal(['secret-of-ci', {key: 'new'}, {afterSignal: 'deliver'}])
    expect(access.calls).to.deep.equal(['replace ci'])
  })

  it('delivers nothing if nothing was replaced, and passes the error on', async () => {
    const upstream = new AppError('UPSTREAM', 'No answer came')
    const access = fakeAccess({replace: fail(upstream)})
    expect(await expectFailure(replace(access), 'UPSTREAM')).to.equal(upstream)
    expect(access.calls).to.deep.equal(['replace ci'])
  })

  for (const cause of [full, terminated]) {
    it(`is UNDELIVERED, because the old secret has ended, after: ${cause.message}`, async () => {
      const access = atOnce()
      const err = await expectFailure(replace(access, fail(cause)), 'UNDELIVERED')
      expect(err.message).to.contain('The new secret of id-ci')
      expect(err.message).to.match(/; the old one has ended$/)
      expect(err.details.hint).to.equal(`Rotate it again: ${ROTATE_AGAIN}`)
      expect(err.cause).to.equal(cause)
      expect(JSON.stringify([err.message, err.details])).to.not.contain('secret-of-ci')
      expect(access.calls).to.deep.equal(['replace ci'])
    })
  }
})

describe('refuseWithoutGrace', () => {
  it('accepts everything if the port has a grace, and accepts a plain rotation of every port', () => {
    const [graceful, plain] = [fakeAccess({graceMaxMs: 1}), fakeAccess({})]
    for (const options of [{}, {graceMs: 5}, {endAllValues: true}]) {
      expect(() => refuseWithoutGrace(graceful, options)).to.not.throw()
    }
    for (const options of [{}, {graceMs: undefined, endAllValues: false}]) {
      expect(() => refuseWithoutGrace(plain, options)).to.not.throw()
    }
  })

  it('is USAGE that names the context and the flag, also for a port that rotates in steps', async () => {
    const access = fakeAccess({replaceInSteps: async () => fakeStaged(CI, {})})
    for (const [flag, what, options] of [
      ['--grace', 'keep the old secret valid', {graceMs: 5}],
      ['--end-all-values', 'have an older secret in grace', {endAllValues: true}],
    ] as const) {
      const err = await expectFailure(replace(access, undefined, options), 'USAGE')
      expect(err.message).to.contain(`The context prod cannot ${what}`)
      expect(err.details.hint).to.match(new RegExp(`^Leave out ${flag}(;.* second token|$)`))
    }
    expect(access.calls).to.deep.equal([])
  })
})
