import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {hintAtDirectory} from '../../src/operations/service/directory-hints.ts'
import {wordHint} from '../../src/operations/word-hint.ts'
import {expectFailure} from '../support/rejection.ts'

describe('the hint for a refusal of the service', () => {
  const refusal = new AppError('NOT_FOUND', 'No role x', {reason: 'role-missing', facts: {name: 'x'}})

  it('is the hint for its reason; code, message, reason and facts stay', async () => {
    const err = await expectFailure(wordHint({'role-missing': 'Look there'}, Promise.reject(refusal)), 'NOT_FOUND')
    expect(err.message).to.equal('No role x')
    expect(err.details).to.include({reason: 'role-missing', facts: refusal.details.facts, hint: 'Look there'})
  })

  it('replaces a general hint, and leaves every other refusal unchanged', async () => {
    const general = new AppError('CONFLICT', 'Taken', {reason: 'name-taken', hint: 'Choose another name'})
    const hints = {'name-taken': 'See them there'}
    expect((await expectFailure(wordHint(hints, Promise.reject(general)), 'CONFLICT')).details.hint).to.equal(
      'See them there',
    )
    for (const other of [refusal, new AppError('CONFLICT', 'no reason', {hint: 'mine'}), new Error('ours')]) {
      const caught = await wordHint(hints, Promise.reject(other)).then(
        () => null,
        (err: unknown) => err,
      )
      expect(caught).to.equal(other)
    }
    expect(await wordHint(hints, Promise.resolve(7))).to.equal(7)
  })

  it('names the list of the missing entities in the directory', async () => {
    const err = await expectFailure(hintAtDirectory(Promise.reject(refusal)), 'NOT_FOUND')
    expect(err.details.hint).to.equal('See them with: tokenry service role list')
  })
})
