import {rejects} from 'node:assert/strict'
import {EventEmitter} from 'node:events'
import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {changeMany} from '../../../src/operations/tokens/bulk.ts'
import {createSignals} from '../../../src/runtime/signals.ts'

describe('a change of several tokens that a bug ends', () => {
  it('is INTERNAL, with what was changed before it as the result', async () => {
    const ended: string[] = []
    const work = changeMany({
      wanted: ['one', 'two', 'three'],
      verb: 'delete',
      ignored: false,
      dryRun: false,
      signals: createSignals(new EventEmitter()),
      onStop: () => {},
      confirm: async () => {},
      prepare: async (name) => ({
        key: name,
        described: name,
        isOwn: false,
        plan: {},
        async apply() {
          if (name === 'two') throw new TypeError('secret words')
          ended.push(name)
          return {name}
        },
      }),
    })
    await rejects(work, (err) => {
      if (!(err instanceof AppError)) throw err
      expect(err.code).to.equal('INTERNAL')
      expect(err.message).to.not.contain('secret words')
      expect(err.details.result).to.deep.equal([{wanted: 'one', ok: true, result: {name: 'one'}}])
      return true
    })
    expect(ended).to.deep.equal(['one'])
  })
})
