import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import type {IssuedToken} from '../../../src/service/tokens/issue.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a staged rotation', () => {
  let test: TestService
  let issued: IssuedToken

  beforeEach(async () => {
    test = await openTestService()
    const {organizationId, deploymentId} = test
    issued = await test.service.issue(ASTRO_POLICY, ACTOR, {
      organizationId,
      scope: 'DEPLOYMENT',
      ownerId: deploymentId,
      kind: 'STANDARD',
      name: 'ci',
      description: '',
      lifetimeMs: null,
      roles: [{entityType: 'DEPLOYMENT', entityId: deploymentId, deploymentId: null, role: 'DEPLOYMENT_ADMIN'}],
      uniqueName: false,
      allow: async () => {},
    })
  })
  afterEach(() => test.service.close())

  const begin = () => test.service.beginRotation(ASTRO_POLICY, ACTOR, reference())
  const reference = () => ({organizationId: test.organizationId, tokenId: issued.token.id})
  const valid = async (secret: string) => (await test.service.verify(secret)).valid

  it('lets both values work until it is finished, then only the new one', async () => {
    const staged = await begin()
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, true])
    const finished = await staged.finish()
    expect(finished.lastRotatedAt).to.equal(test.clock.nowMs)
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([false, true])
  })

  it('ends the new value and keeps the old one when it is undone', async () => {
    const staged = await begin()
    await staged.undo()
    expect([await valid(issued.secret), await valid(staged.secret)]).to.deep.equal([true, false])
  })

  it('ends what an earlier one left behind when the next one is finished', async () => {
    const cutOff = await begin()
    const next = await begin()
    await next.finish()
    expect([await valid(cutOff.secret), await valid(next.secret)]).to.deep.equal([false, true])
  })

  it('is a conflict when another one was finished in between, and changes nothing then', async () => {
    const slow = await begin()
    const quick = await begin()
    await quick.finish()
    await expectFailure(slow.finish(), 'CONFLICT')
    expect([await valid(slow.secret), await valid(quick.secret)]).to.deep.equal([false, true])
  })

  it('is a conflict when the token was deleted in between', async () => {
    const staged = await begin()
    await test.service.delete(ASTRO_POLICY, ACTOR, reference())
    await expectFailure(staged.finish(), 'CONFLICT')
    expect(await valid(staged.secret)).to.equal(false)
  })

  it('keeps no value, and no jti, in the store', async () => {
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
})
