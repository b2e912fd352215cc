import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import type {TokenPolicy} from '../../../src/service/tokens/policy.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}
const ANN = {kind: 'USER', name: 'Ann', nameKey: 'ann@example.com', email: 'Ann@example.com'}

/** A vendor whose tokens belong to accounts. */
const DUCKLING: TokenPolicy = {
  ...ASTRO_POLICY,
  vendor: 'duckling',
  tokensEndedWith: ({id, kind}) => (kind === 'SERVICE' ? null : {scope: 'USER', ownerId: id}),
}

describe('an account', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService()
  })
  afterEach(() => test.service.close())

  const create = (changes: Partial<typeof ANN> = {}, policy = ASTRO_POLICY) =>
    test.service.createAccount(policy, ACTOR, {organizationId: test.organizationId, ...ANN, ...changes})
  const remove = (accountId: string, policy = ASTRO_POLICY) =>
    test.service.deleteAccount(policy, ACTOR, {organizationId: test.organizationId, accountId})
  const list = (vendor = 'astro') => test.service.read.listAccounts(test.organizationId, vendor)
  const trail = () => test.service.read.listAudit(test.organizationId)
  const actions = async () => (await trail()).map(({action}) => action)

  it('is not created, changed or deleted if the guard throws', async () => {
    const {organizationId} = test
    const no = new Error('no')
    const allow = async () => {
      throw no
    }
    const refuse = (work: Promise<unknown>) => rejects(work, (err) => err === no)
    await refuse(test.service.createAccount(ASTRO_POLICY, ACTOR, {organizationId, ...ANN, allow}))
    const account = await create()
    const reference = {organizationId, accountId: account.id, allow}
    await refuse(test.service.updateAccount(ASTRO_POLICY, ACTOR, {...reference, settings: '{}'}))
    await refuse(test.service.deleteAccount(ASTRO_POLICY, ACTOR, reference))
    expect(await list()).to.deep.equal([account])
    expect(await actions()).to.deep.equal(['account.create'])
  })

  it('keeps its settings, and is an administrator if it was created as one', async () => {
    const {organizationId, clock} = test
    const {id} = await test.service.createAccount(ASTRO_POLICY, ACTOR, {organizationId, ...ANN, admin: true})
    clock.nowMs += 1000
    const settings = '{"size":"big"}'
    const updated = await test.service.updateAccount(ASTRO_POLICY, ACTOR, {organizationId, accountId: id, settings})
    expect(updated).to.include({admin: true, settings, updatedAt: clock.nowMs})
    expect(await list()).to.deep.equal([updated])
  })

  it('is created and deleted, and the audit trail records both', async () => {
    const account = await create()
    expect(await list()).to.deep.equal([account])
    expect(await remove(account.id)).to.deep.equal({account, endedTokens: 0})
    expect(await list()).to.deep.equal([])
    expect(await actions()).to.deep.equal(['account.create', 'account.delete'])
    await expectFailure(remove(account.id), 'NOT_FOUND')
  })

  it('is a conflict if the name is taken, and the audit trail records only the first one', async () => {
    const account = await create()
    const {details} = await expectFailure(create({name: 'Another Ann'}), 'CONFLICT')
    expect(details).to.deep.include({reason: 'name-taken', facts: {noun: 'account', name: 'Ann@example.com'}})
    expect(await list()).to.deep.equal([account])
    expect(await actions()).to.deep.equal(['account.create'])
  })

  it('is NOT_FOUND for another vendor', async () => {
    const {id} = await create()
    const {details} = await expectFailure(remove(id, DUCKLING), 'NOT_FOUND')
    expect(details.reason).to.equal('account-missing')
    expect(await list()).to.have.length(1)
  })

  describe('whose vendor gives it its own tokens', () => {
    const issue = (ownerId: string, name: string, policy = DUCKLING) =>
      test.service.issue(policy, ACTOR, {
        organizationId: test.organizationId,
        scope: 'USER',
        ownerId,
        kind: 'STANDARD',
        name,
        description: '',
        lifetimeMs: null,
        roles: [],
        uniqueName: false,
        allow: async () => {},
      })
    const verdict = async ({secret}: {secret: string}) => {
      const verified = await test.service.verify(secret)
      return verified.valid ? 'valid' : verified.reason
    }

    it('is deleted with its tokens, and with no token of another account or vendor', async () => {
      const [ann, bob] = [await create({}, DUCKLING), await create({nameKey: 'bob'}, DUCKLING)]
      const own = [await issue(ann.id, 'one'), await issue(ann.id, 'two')]
      const others = [await issue(bob.id, 'one'), await issue(ann.id, 'one', ASTRO_POLICY)]
      expect(await remove(ann.id, DUCKLING)).to.deep.equal({account: ann, endedTokens: 2})
      expect(await Promise.all(own.map(verdict))).to.deep.equal(['deleted', 'deleted'])
      expect(await Promise.all(others.map(verdict))).to.deep.equal(['valid', 'valid'])
      expect((await actions()).slice(-3)).to.deep.equal(['token.delete', 'token.delete', 'account.delete'])
      expect(JSON.parse((await trail()).at(-1)?.detail ?? '')).to.include({endedTokens: 2})
      expect(await list('duckling')).to.deep.equal([bob])
    })

    it('is deleted without its tokens if the policy requires that for this account', async () => {
      const service = await create({kind: 'SERVICE'}, DUCKLING)
      const token = await issue(service.id, 'one')
      expect(await remove(service.id, DUCKLING)).to.include({endedTokens: 0})
      expect(await verdict(token)).to.equal('valid')
    })
  })
})
