import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import type {StoreSession} from '../../../src/service/store/store.ts'
import {createUses} from '../../../src/service/tokens/uses.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

type Store = Parameters<typeof createUses>[0]

describe('recording the use of a secret', () => {
  const value = {organizationId: 'o', sha256: 's', lastUsedAt: null} as unknown as Parameters<
    ReturnType<typeof createUses>['note']
  >[0]

  /** Return a store that fails with each of these errors once, and then writes. */
  function fakeStore(...failures: Error[]) {
    const touched: unknown[][] = []
    const session = {touchValue: async (...args: unknown[]) => void touched.push(args)} as unknown as StoreSession
    const transaction = async (work: (session: StoreSession) => Promise<unknown>) => {
      const failure = failures.shift()
      if (failure) throw failure
      return work(session)
    }
    return {touched, store: {transaction} as unknown as Store}
  }

  const minute = (usedAt: number) => ({usedAt, everyMs: 60_000})
  const locked = () => new AppError('TIMEOUT', 'locked')

  it('does not delay the request, and is done after settle', async () => {
    const {store, touched} = fakeStore()
    const uses = createUses(store)
    uses.note(value, minute(100_000))
    expect(touched).to.deep.equal([])
    await uses.settle()
    expect(touched).to.deep.equal([['o', 's', 100_000, 40_001]])
  })

  for (const failure of [
    new AppError('CONFIG', 'The disk is full'),
    Object.assign(new Error('I/O'), {code: 'TIMEOUT'}),
  ]) {
    it(`does not refuse a request if the write fails, and is not tried again: ${failure.message}`, async () => {
      const {store, touched} = fakeStore(failure)
      const uses = createUses(store)
      uses.note(value, minute(100_000))
      await uses.settle()
      await uses.close()
      expect(touched).to.deep.equal([])
    })
  }

  it('is kept while the store is locked: one use of each secret, the first of a minute', async () => {
    const {store, touched} = fakeStore(locked(), locked(), locked())
    const uses = createUses(store)
    for (const usedAt of [100_000, 100_001, 159_999]) uses.note(value, minute(usedAt))
    uses.note({...value, sha256: 'other'}, minute(100_000))
    await uses.settle()
    expect(touched).to.deep.equal([])
    await uses.close()
    await uses.close()
    expect(touched.map(([, sha256, usedAt]) => [sha256, usedAt])).to.deep.equal([
      ['s', 100_000],
      ['other', 100_000],
    ])
  })

  it('is replaced by a use one minute later, so that no token looks unused for longer than it is', async () => {
    const {store, touched} = fakeStore(locked())
    const uses = createUses(store)
    for (const usedAt of [100_000, 160_000]) uses.note(value, minute(usedAt))
    await uses.settle()
    await uses.close()
    expect(touched.map(([, , usedAt]) => usedAt)).to.deep.equal([160_000])
  })

  it('is kept if it comes while an earlier use of the same secret is written', async () => {
    const {store, touched} = fakeStore()
    let written = 0
    const transaction = async (work: (session: StoreSession) => Promise<unknown>) => {
      const result = await store.transaction(work as Parameters<Store['transaction']>[0])
      written += 1
      if (written === 1) uses.note(value, minute(160_000))
      return result
    }
    const uses = createUses({transaction} as unknown as Store)
    uses.note(value, minute(100_000))
    await uses.settle()
    await uses.close()
    expect(touched.map(([, , usedAt]) => usedAt)).to.deep.equal([100_000, 160_000])
  })

  it('is kept for at most 10000 secrets', async () => {
    const {store, touched} = fakeStore(locked())
    const uses = createUses(store)
    for (let n = 0; n < 10_005; n++) uses.note({...value, sha256: `s-${n}`}, minute(100_000))
    await uses.settle()
    await uses.close()
    expect(touched).to.have.length(10_000)
  })

  it('is recorded in each second if the policy asks for it, also soon after the one before', async () => {
    const {store, touched} = fakeStore()
    const uses = createUses(store)
    for (const [lastUsedAt, usedAt] of [
      [null, 100_000],
      [100_000, 100_999],
      [100_999, 101_000],
      [101_000, 101_001],
    ] as const) {
      uses.note({...value, lastUsedAt}, {usedAt, everyMs: 1000})
      await uses.settle()
    }
    expect(touched.map(([, , usedAt, since]) => [usedAt, since])).to.deep.equal([
      [100_000, 100_000],
      [101_000, 101_000],
    ])
  })

  it('skips a use within a minute after a recorded one', async () => {
    const {store, touched} = fakeStore()
    const uses = createUses(store)
    uses.note({...value, lastUsedAt: 40_001}, minute(100_000))
    await uses.settle()
    expect(touched).to.deep.equal([])
  })
})

describe('recording a use while another process has locked the store', () => {
  let test: TestService
  let other: DatabaseSync
  let tokens: Awaited<ReturnType<typeof issueTestToken>>[]
  beforeEach(async () => {
    test = await openTestService()
    tokens = await Promise.all([1, 2, 3].map((n) => issueTestToken(test, {name: `ci-${n}`})))
    other = new DatabaseSync(join(test.dataFolder, 'tokenry.db'))
    other.exec('BEGIN IMMEDIATE')
  })
  afterEach(async () => {
    if (other.isOpen) other.close()
    await test.service.close()
  })

  const useAll = async () => {
    for (const {secret} of tokens) await test.service.authenticate(ASTRO_POLICY, secret)
  }
  const lastUses = () =>
    Promise.all(
      tokens.map(
        async ({token: {id}}) => (await test.service.read.findToken(test.organizationId, 'astro', id))?.lastUsedAt,
      ),
    )

  it('accepts every request, settles without the lock, and writes when the lock is released', async () => {
    await useAll()
    await test.service.settle()
    expect(other.isTransaction).to.equal(true)
    expect(await lastUses()).to.deep.equal([null, null, null])
    other.close()
    await test.service.settle()
    expect(await lastUses()).to.deep.equal([test.clock.nowMs, test.clock.nowMs, test.clock.nowMs])
  })

  it('does not wait for the lock, while a change waits for it', async () => {
    await useAll()
    const events: string[] = []
    const changing = issueTestToken(test, {name: 'late'}).then(
      () => events.push('changed'),
      () => events.push('refused'),
    )
    await test.service.settle()
    events.push('settled')
    other.close()
    await changing
    expect(events).to.deep.equal(['settled', 'changed'])
  })

  it('is tried again without a further request', async () => {
    await useAll()
    await test.service.settle()
    other.close()
    while ((await lastUses()).includes(null)) await setImmediate()
  })

  it('does not prevent the service from closing', async () => {
    await useAll()
    await test.service.close()
    expect(other.isTransaction).to.equal(true)
  })

  it('counts for a delete of an unused token, which waits for the lock', async () => {
    await useAll()
    await test.service.settle()
    const reference = {organizationId: test.organizationId, tokenId: tokens[0]?.token.id ?? '', allow: async () => {}}
    const events: string[] = []
    const deleting = expectFailure(
      test.service.delete(ASTRO_POLICY, {type: 'local', id: 'tester'}, {...reference, unusedForMs: 1000}),
      'CHECK_FAILED',
    ).then(({message}) => events.push(message))
    // By now, anything that tries only once has tried.
    for (let turn = 0; turn < 10; turn++) await setImmediate()
    events.push('let go')
    other.close()
    await deleting
    expect(events[0]).to.equal('let go')
    expect(events[1]).to.contain('was last used')
  })
})
