import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import type {IssuedToken} from '../../../src/service/tokens/issue.ts'
import type {RotationOptions} from '../../../src/service/tokens/rotate.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a staged rotation', () => {
  let test: TestService
  let issued: IssuedToken

  beforeEach(async () => {
    test = await openTestService()
    issued = await issueTestToken(test)
  })
  afterEach(() => test.service.close())

  const begin = (options: RotationOptions = {}) =>
    test.service.beginRotation(ASTRO_POLICY, ACTOR, {...reference(), ...options})
  const remove = () => test.service.delete(ASTRO_POLICY, ACTOR, reference())
  const reference = () => ({organizationId: test.organizationId, tokenId: issued.token.id})
  const view = () => test.service.read.findToken(test.organizationId, 'astro', issued.token.id)
  const values = () => test.service.read.listValues(test.organizationId, issued.token.id)
  const everything = async () => [await view(), await values(), await test.service.read.listAudit(test.organizationId)]
  const valid = async (secret: string) => (await test.service.verify(secret)).valid

  it('keeps both secrets valid until it is finished, then only the new one', async () => {
    const staged = await begin()
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, true])
    const finished = await staged.finish()
    expect(finished.lastRotatedAt).to.equal(test.clock.nowMs)
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([false, true])
  })

  it('records the time and the actor of each finished rotation, and of no other', async () => {
    const first = test.clock.nowMs
    for (const [index, id] of ['tester', 'ann', 'bob'].entries()) {
      test.clock.nowMs = first + (index + 1) * HOUR_MS
      const staged = await test.service.beginRotation(ASTRO_POLICY, {type: 'token', id}, reference())
      expect(staged.token.lastRotatedAt).to.equal(test.clock.nowMs)
      const before = await view()
      test.clock.nowMs += 1000
      expect(await view()).to.deep.equal(before)
      const finished = await staged.finish()
      const noted = {lastRotatedAt: test.clock.nowMs, updatedAt: test.clock.nowMs, updatedBy: `token:${id}`}
      expect(finished).to.include({...noted, revision: index + 2, createdAt: first, createdBy: 'local:tester'})
      expect(await view()).to.deep.equal(finished)
    }
    const last = await view()
    test.clock.nowMs += HOUR_MS
    await (await begin()).undo()
    expect(await view()).to.deep.equal(last)
  })

  it('ends the new secret and keeps the old one if it is undone', async () => {
    const staged = await begin()
    await staged.undo()
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, false])
  })

  it('ends the secret of an interrupted rotation when the next one is finished', async () => {
    const cutOff = await begin()
    const next = await begin()
    await next.finish()
    expect([await valid(cutOff.secret), await valid(next.secret)]).to.deep.equal([false, true])
  })

  it('is a conflict if another one was finished in between, and then changes nothing', async () => {
    const slow = await begin()
    const quick = await begin()
    await quick.finish()
    const err = await expectFailure(slow.finish(), 'CONFLICT')
    expect(err.message).to.contain('ended by another rotation')
    expect(err.details).to.deep.include({reason: 'rotation-overtaken', facts: {tokenId: issued.token.id}})
    expect([await valid(slow.secret), await valid(quick.secret)]).to.deep.equal([false, true])
  })

  it('is a conflict if the token was deleted in between', async () => {
    const staged = await begin()
    await remove()
    await expectFailure(staged.finish(), 'CONFLICT')
    expect(await valid(staged.secret)).to.equal(false)
  })

  it('stores neither a secret nor a jti', async () => {
    const staged = await begin()
    for (const secret of [issued.secret, staged.secret]) {
      const claims = JSON.parse(Buffer.from(secret.split('.')[1] ?? '', 'base64url').toString())
      expect(Buffer.from(claims.jti, 'base64url')).to.have.lengthOf(16)
      const stored = JSON.stringify([
        await test.service.read.listValues(test.organizationId, issued.token.id),
        await test.service.read.findToken(test.organizationId, 'astro', issued.token.id),
        await test.service.read.listAudit(test.organizationId),
      ])
      expect(stored).to.not.contain(claims.jti).and.to.not.contain(secret.slice(-40, -8))
    }
  })

  describe('with a grace', () => {
    it('keeps the old secret valid until the end of the grace; then a verification reports that it was rotated', async () => {
      const staged = await begin({graceMs: HOUR_MS})
      test.clock.nowMs += 1000
      const until = test.clock.nowMs + HOUR_MS
      const finished = await staged.finish()
      expect(finished.graceUntil).to.equal(until)
      test.clock.nowMs = until - 1
      expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, true])
      expect((await test.service.authenticate(ASTRO_POLICY, issued.secret)).token.id).to.equal(issued.token.id)
      test.clock.nowMs = until
      expect(await test.service.verify(issued.secret)).to.include({valid: false, reason: 'rotated', endedAt: until})
      await expectFailure(test.service.authenticate(ASTRO_POLICY, issued.secret), 'UNAUTHENTICATED')
      expect(await valid(staged.secret)).to.equal(true)
    })

    it('shows from the beginning until when the old secret will be valid', async () => {
      const staged = await begin({graceMs: HOUR_MS})
      expect(staged.token.graceUntil).to.equal(test.clock.nowMs + HOUR_MS)
      expect((await view())?.graceUntil).to.equal(null)
    })

    it('shows the grace of the current secret at the beginning, even after another grace has passed', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      test.clock.nowMs += DAY_MS
      const staged = await begin({graceMs: HOUR_MS})
      expect(staged.token.graceUntil).to.equal(test.clock.nowMs + HOUR_MS)
      expect((await staged.finish()).graceUntil).to.equal(test.clock.nowMs + HOUR_MS)
    })

    it('never extends the validity of the old secret', async () => {
      issued = await issueTestToken(test, {name: 'short', lifetimeMs: HOUR_MS})
      const expiry = test.clock.nowMs + HOUR_MS
      const staged = await begin({graceMs: DAY_MS})
      expect(staged.token.graceUntil).to.equal(expiry)
      expect(await staged.finish()).to.include({graceUntil: expiry, validUntil: expiry})
    })

    it('gives no grace to an expired secret', async () => {
      issued = await issueTestToken(test, {name: 'short', lifetimeMs: HOUR_MS})
      test.clock.nowMs += HOUR_MS
      const staged = await begin({graceMs: DAY_MS})
      expect(staged.token.graceUntil).to.equal(null)
      expect((await staged.finish()).graceUntil).to.equal(null)
      expect((await values()).map(({state}) => state)).to.deep.equal(['ended', 'current'])
    })

    it('gives a grace only to the current secret: the secret of an interrupted rotation ends immediately', async () => {
      const cutOff = await begin()
      const next = await begin({graceMs: HOUR_MS})
      expect((await next.finish()).graceUntil).to.equal(test.clock.nowMs + HOUR_MS)
      expect([await valid(issued.secret), await valid(cutOff.secret)]).to.deep.equal([true, false])
    })

    it('is a conflict during another grace, with or without a new one, and changes nothing', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      const before = await everything()
      for (const options of [{}, {graceMs: 1}]) {
        const err = await expectFailure(begin(options), 'CONFLICT')
        expect(err.message).to.contain('is in grace until 2026-11-22T13:00:00Z')
        const until = '2026-11-22T13:00:00Z'
        expect(err.details).to.deep.include({reason: 'in-grace', facts: {tokenId: issued.token.id, until}})
      }
      expect(await everything()).to.deep.equal(before)
    })

    it('does not block a rotation after it has passed, and its secret stays ended at the end of the grace', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      const until = test.clock.nowMs + HOUR_MS
      test.clock.nowMs += DAY_MS
      const staged = await begin()
      const [old] = await values()
      expect(old).to.include({state: 'ended', endReason: 'rotated', endedAt: until})
      test.clock.nowMs = until - 1
      expect(await valid(issued.secret)).to.equal(false)
      await staged.finish()
      expect(await test.service.verify(issued.secret)).to.include({reason: 'rotated', endedAt: until})
    })

    it('does not let an overtaken rotation end or extend the grace of the first one', async () => {
      const slow = await begin({endAllValues: true})
      const quick = await begin({graceMs: HOUR_MS})
      await quick.finish()
      await expectFailure(slow.finish(), 'CONFLICT')
      await slow.undo()
      expect([await valid(issued.secret), await valid(quick.secret), await valid(slow.secret)]).to.deep.equal([
        true,
        true,
        false,
      ])
    })

    it('ends with the token', async () => {
      const staged = await begin({graceMs: HOUR_MS})
      await staged.finish()
      await remove()
      for (const secret of [issued.secret, staged.secret]) {
        expect(await test.service.verify(secret)).to.include({valid: false, reason: 'deleted'})
      }
      expect((await view())?.graceUntil).to.equal(null)
    })

    it('that has passed keeps its end when the token is deleted', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      const until = test.clock.nowMs + HOUR_MS
      test.clock.nowMs += DAY_MS
      await remove()
      expect(await test.service.verify(issued.secret)).to.include({reason: 'rotated', endedAt: until})
    })

    for (const graceMs of [0, -1, 0.5, 7 * DAY_MS + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      it(`of ${graceMs} ms is INVALID, and nothing is created`, async () => {
        const before = await everything()
        const err = await expectFailure(begin({graceMs}), 'INVALID')
        expect(err.message).to.contain('1 millisecond to 7 days')
        expect(err.details.reason).to.equal('option-invalid')
        expect(await everything()).to.deep.equal(before)
      })
    }

    it('may last seven days', async () => {
      expect((await (await begin({graceMs: 7 * DAY_MS})).finish()).graceUntil).to.equal(test.clock.nowMs + 7 * DAY_MS)
    })
  })

  describe('that ends all secrets', () => {
    it('ends the secret in grace, the current one and those of interrupted rotations when it is finished', async () => {
      const first = await begin({graceMs: HOUR_MS})
      await first.finish()
      const cutOff = await begin({endAllValues: true})
      const last = await begin({endAllValues: true})
      expect(last.token.graceUntil).to.equal(null)
      const older = [issued.secret, first.secret, cutOff.secret]
      expect(await Promise.all(older.map(valid))).to.deep.equal([true, true, true])
      expect((await last.finish()).graceUntil).to.equal(null)
      expect(await Promise.all(older.map(valid))).to.deep.equal([false, false, false])
      expect(await valid(last.secret)).to.equal(true)
    })

    it('does not change the grace if it is undone', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      const staged = await begin({endAllValues: true})
      await staged.undo()
      expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, false])
      expect((await view())?.graceUntil).to.equal(test.clock.nowMs + HOUR_MS)
    })

    it('is INVALID together with a grace, and nothing is created', async () => {
      const before = await everything()
      const err = await expectFailure(begin({graceMs: HOUR_MS, endAllValues: true}), 'INVALID')
      expect(err.message).to.contain('exclude each other')
      expect(err.details.reason).to.equal('option-invalid')
      expect(await everything()).to.deep.equal(before)
    })

    it('is recorded in the audit trail', async () => {
      await (await begin({graceMs: HOUR_MS})).finish()
      await (await begin({endAllValues: true})).finish()
      const trail = await test.service.read.listAudit(test.organizationId)
      const rotations = trail.filter(({action}) => action === 'token.rotate').map(({detail}) => JSON.parse(detail))
      expect(rotations[0]).to.include({graceMs: HOUR_MS})
      expect(rotations[1]).to.include({endAllValues: true})
    })
  })
})
