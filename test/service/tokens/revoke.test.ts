import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import type {IssuedToken} from '../../../src/service/tokens/issue.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('deleting a token only if it is unused', () => {
  let test: TestService
  let issued: IssuedToken

  beforeEach(async () => {
    test = await openTestService()
    issued = await issueTestToken(test)
  })
  afterEach(() => test.service.close())

  const reference = () => ({organizationId: test.organizationId, tokenId: issued.token.id})
  const remove = (unusedForMs: number) => test.service.delete(ASTRO_POLICY, ACTOR, {...reference(), unusedForMs})
  const everything = async () => [
    await test.service.read.findToken(test.organizationId, 'astro', issued.token.id),
    await test.service.read.listValues(test.organizationId, issued.token.id),
    await test.service.read.listAudit(test.organizationId),
  ]

  it('deletes a token that was never used', async () => {
    await remove(7 * DAY_MS)
    expect(await test.service.verify(issued.secret)).to.include({reason: 'deleted'})
  })

  it('refuses a token that was used within the time, says when it was used, and changes nothing', async () => {
    await test.service.authenticate(ASTRO_POLICY, issued.secret)
    await test.service.settle()
    test.clock.nowMs += HOUR_MS
    const before = await everything()
    const err = await expectFailure(remove(2 * HOUR_MS), 'CHECK_FAILED')
    expect(err.message).to.equal(
      `API token ${issued.token.id} was last used at 2026-11-22T12:00:00Z; it was not deleted`,
    )
    const facts = {tokenId: issued.token.id, lastUsedAt: '2026-11-22T12:00:00Z'}
    expect(err.details).to.deep.include({reason: 'token-used', facts})
    expect(await everything()).to.deep.equal(before)
  })

  it('counts the uses of every secret, even of one that has ended', async () => {
    await test.service.authenticate(ASTRO_POLICY, issued.secret)
    await (await test.service.beginRotation(ASTRO_POLICY, ACTOR, reference())).finish()
    test.clock.nowMs += HOUR_MS
    await expectFailure(remove(2 * HOUR_MS), 'CHECK_FAILED')
  })

  it('counts the second of a recorded use, and the minute after it, in which further uses are not recorded', async () => {
    await test.service.authenticate(ASTRO_POLICY, issued.secret)
    test.clock.nowMs += 59_999
    await test.service.authenticate(ASTRO_POLICY, issued.secret)
    test.clock.nowMs += HOUR_MS + 998
    await expectFailure(remove(HOUR_MS), 'CHECK_FAILED')
    test.clock.nowMs += 1
    await remove(HOUR_MS)
    expect(await test.service.verify(issued.secret)).to.include({reason: 'deleted'})
  })

  it('detects a use between the check and the delete', async () => {
    const looked = await test.service.read.findToken(test.organizationId, 'astro', issued.token.id)
    expect(looked?.lastUsedAt).to.equal(null)
    await test.service.authenticate(ASTRO_POLICY, issued.secret)
    await expectFailure(remove(HOUR_MS), 'CHECK_FAILED')
    expect((await test.service.verify(issued.secret)).valid).to.equal(true)
  })

  it('does not delete a token that someone else has changed since it was read, unused or not', async () => {
    const {revision} = issued.token
    await test.service.update(ASTRO_POLICY, ACTOR, {...reference(), name: 'changed'})
    const before = await everything()
    for (const guard of [{revision}, {revision, unusedForMs: DAY_MS}]) {
      const work = test.service.delete(ASTRO_POLICY, ACTOR, {...reference(), ...guard})
      const err = await expectFailure(work, 'CONFLICT')
      expect(err.message).to.contain('changed by someone else')
      expect(err.details).to.deep.include({reason: 'token-changed', facts: {tokenId: issued.token.id}})
    }
    expect(await everything()).to.deep.equal(before)
    const guard = {revision: revision + 1, unusedForMs: DAY_MS}
    await test.service.delete(ASTRO_POLICY, ACTOR, {...reference(), ...guard})
    expect(await test.service.verify(issued.secret)).to.include({reason: 'deleted'})
  })

  for (const unusedForMs of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses ${unusedForMs} ms as INVALID`, async () => {
      const before = await everything()
      const err = await expectFailure(remove(unusedForMs), 'INVALID')
      expect(err.message).to.contain('whole number of milliseconds')
      expect(err.details.reason).to.equal('option-invalid')
      expect(await everything()).to.deep.equal(before)
    })
  }

  it('is NOT_FOUND, not unused, for a deleted token', async () => {
    await remove(1)
    const err = await expectFailure(remove(1), 'NOT_FOUND')
    expect(err.message).to.contain(issued.token.id)
    expect(err.details.reason).to.equal('token-missing')
  })
})

describe('deleting a token', () => {
  it('records when and by whom in the row, which stays, and in every secret that had not ended', async () => {
    const test = await openTestService()
    const {service, organizationId, clock} = test
    const {token} = await issueTestToken(test)
    const reference = {organizationId, tokenId: token.id}
    clock.nowMs += HOUR_MS
    const rotatedAt = clock.nowMs
    await (await service.beginRotation(ASTRO_POLICY, ACTOR, reference)).finish()
    await service.beginRotation(ASTRO_POLICY, ACTOR, reference)
    clock.nowMs += HOUR_MS
    const now = clock.nowMs
    await service.delete(ASTRO_POLICY, {type: 'token', id: 'caller'}, reference)

    const by = 'token:caller'
    expect(await service.read.findToken(organizationId, 'astro', token.id)).to.include({
      createdBy: 'local:tester',
      deletedAt: now,
      deletedBy: by,
      updatedAt: now,
      updatedBy: by,
      lastRotatedAt: rotatedAt,
      revision: 3,
    })
    const values = await service.read.listValues(organizationId, token.id)
    expect(values.map(({state, endedAt, endReason}) => [state, endedAt, endReason])).to.deep.equal([
      ['ended', rotatedAt, 'rotated'],
      ['ended', now, 'deleted'],
      ['ended', now, 'deleted'],
    ])
    await service.close()
  })
})
