import {EventEmitter} from 'node:events'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import {createSignals, type Signals} from '../../src/runtime/signals.ts'
import {expectFailure} from '../support/rejection.ts'

/** Longer than any test runs: a pause that ends earlier was ended by a signal. */
const LONG_MS = 3_600_000

describe('the signals of a process', () => {
  let source = new EventEmitter()
  let signals: Signals
  let stops: string[] = []
  beforeEach(() => {
    source = new EventEmitter()
    signals = createSignals(source, {waitMs: LONG_MS})
    stops = []
  })

  const send = (signal: string) => source.emit(signal, signal)
  const hold = <T>(work: () => Promise<T>, options: {mints?: boolean; waitMs?: number; onAbandon?(): void} = {}) =>
    signals.hold(work, {hint: 'Look there', onStop: (signal) => stops.push(signal), ...options})
  const never = () => new Promise<never>(() => {})

  describe('pause', () => {
    it('waits, and resolves, if no signal comes', async () => {
      await signals.pause(1)
      await hold(() => signals.pause(1))
    })

    for (const [signal, code] of [
      ['SIGINT', 'CANCELLED'],
      ['SIGTERM', 'TERMINATED'],
      ['SIGHUP', 'TERMINATED'],
    ] as const) {
      it(`ends as soon as ${signal} comes, as ${code}`, async () => {
        const err = await expectFailure(
          hold(async () => {
            const pausing = signals.pause(LONG_MS)
            send(signal)
            await pausing
          }),
          code,
        )
        expect(err.details.signal).to.equal(signal)
        expect(stops).to.deep.equal([signal])
        expect(signals.abandoned).to.equal(false)
      })
    }

    it('does not begin after a signal', async () => {
      await expectFailure(
        hold(async () => {
          send('SIGINT')
          await signals.pause(LONG_MS)
        }),
        'CANCELLED',
      )
    })

    it('only waits if the work was refused already: it is undoing what it did', async () => {
      const done: string[] = []
      await expectFailure(
        hold(async () => {
          send('SIGINT')
          try {
            signals.refuseWhenStopped()
          } finally {
            await signals.pause(1)
            done.push('undone')
          }
        }),
        'CANCELLED',
      )
      expect(done).to.deep.equal(['undone'])
    })

    it('is not ended by a signal before hold, which ends the process', async () => {
      expect(send('SIGINT')).to.equal(false)
      await signals.pause(1)
    })
  })

  describe('hold', () => {
    it('of work that mints is UNCERTAIN after a second signal, without the exit code of a signal', async () => {
      const held = hold(never, {mints: true})
      send('SIGINT')
      send('SIGINT')
      const err = await expectFailure(held, 'UNCERTAIN')
      expect(err.message).to.equal('Stopped by SIGINT before the answer came: a new secret may exist')
      expect(err.details).to.deep.include({hint: 'Look there'})
      expect(err.details.signal).to.equal(undefined)
      expect(signals.abandoned).to.equal(true)
    })

    it('of work that mints is UNCERTAIN if the answer does not come in time', async () => {
      const held = hold(never, {mints: true, waitMs: 1})
      send('SIGTERM')
      const err = await expectFailure(held, 'UNCERTAIN')
      expect(err.message).to.contain('Stopped by SIGTERM after 0.001 seconds without an answer')
      expect(signals.abandoned).to.equal(true)
    })

    it('of other work is CANCELLED or TERMINATED by the signal', async () => {
      const held = hold(never)
      send('SIGTERM')
      send('SIGINT')
      expect((await expectFailure(held, 'CANCELLED')).details.signal).to.equal('SIGINT')
    })

    it('waits for the result of work that does not look at the signal', async () => {
      const result = await hold(
        async () => {
          send('SIGINT')
          await setImmediate()
          return 'done'
        },
        {mints: true},
      )
      expect(result).to.equal('done')
      expect(() => signals.refuseWhenStopped()).to.throw('stopped by SIGINT')
    })

    it('passes an error of the work on, and listens no longer', async () => {
      const failure = new Error('no')
      expect(await hold(() => Promise.reject(failure)).catch((err: unknown) => err)).to.equal(failure)
      expect(source.eventNames()).to.deep.equal([])
    })

    it('abandons the work at the first signal if it must not wait, and ends its pause', async () => {
      const ends: string[] = []
      const held = hold(() => signals.pause(LONG_MS).catch(() => void ends.push('pause')), {
        waitMs: 0,
        onAbandon: () => ends.push('abandoned'),
      })
      send('SIGINT')
      expect((await expectFailure(held, 'CANCELLED')).message).to.equal('Stopped by SIGINT before the answer came')
      await setImmediate()
      expect(ends).to.deep.equal(['abandoned', 'pause'])
      expect(stops).to.deep.equal([])
    })

    it('of the next work knows nothing of an earlier signal', async () => {
      await expectFailure(
        hold(async () => {
          send('SIGINT')
          signals.refuseWhenStopped()
        }),
        'CANCELLED',
      )
      await hold(async () => {
        signals.refuseWhenStopped()
        await signals.pause(1)
      })
      expect(signals.abandoned).to.equal(false)
    })

    it('of the next work that mints by requests is not UNCERTAIN for an earlier one', async () => {
      signals.expectMintRequests()
      await hold(async () => signals.noteMintSent(), {mints: true})
      const held = hold(never, {mints: true, waitMs: 0})
      send('SIGTERM')
      await expectFailure(held, 'TERMINATED')
    })
  })

  describe('holdSeveral', () => {
    it('refuses the next work after a signal between two, and does not start it', async () => {
      const started: string[] = []
      const held = signals.holdSeveral(async () => {
        await hold(async () => started.push('one'))
        send('SIGTERM')
        await hold(async () => started.push('two'))
      })
      expect((await expectFailure(held, 'TERMINATED')).details.signal).to.equal('SIGTERM')
      expect(started).to.deep.equal(['one'])
      expect(signals.abandoned).to.equal(false)
    })

    it('refuses the next work after a signal in one that has ended well', async () => {
      const started: string[] = []
      const held = signals.holdSeveral(async () => {
        await hold(async () => {
          send('SIGINT')
          started.push('one')
        })
        await hold(async () => started.push('two'))
      })
      await expectFailure(held, 'CANCELLED')
      expect(started).to.deep.equal(['one'])
      expect(stops).to.deep.equal(['SIGINT'])
    })

    it('lets the work in progress go on at its first signal', async () => {
      const done = signals.holdSeveral(() =>
        hold(async () => {
          send('SIGINT')
          await setImmediate()
          return 'done'
        }),
      )
      expect(await done).to.equal('done')
      expect(signals.abandoned).to.equal(false)
    })

    it('listens no more afterwards, and later work knows nothing of its signal', async () => {
      await signals.holdSeveral(async () => send('SIGINT'))
      expect(source.eventNames()).to.deep.equal([])
      await hold(async () => signals.refuseWhenStopped())
    })
  })
})
