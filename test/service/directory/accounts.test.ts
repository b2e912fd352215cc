import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import {expectFailure} from '../../support/rejection.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}
const ANN = {vendor: 'astro', kind: 'USER', name: 'Ann', nameKey: 'ann@example.com', email: 'Ann@example.com'}

describe('an account', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService()
  })
  afterEach(() => test.service.close())

  const create = (changes: Partial<typeof ANN> = {}) =>
    test.service.createAccount(ACTOR, {organizationId: test.organizationId, ...ANN, ...changes})
  const list = () => test.service.read.listAccounts(test.organizationId, 'astro')
  const actions = async () => (await test.service.read.listAudit(test.organizationId)).map(({action}) => action)

  it('is made and deleted, and the trail tells of both', async () => {
    const account = await create()
    expect(await list()).to.deep.equal([account])
    const reference = {organizationId: test.organizationId, vendor: 'astro', accountId: account.id}
    expect(await test.service.deleteAccount(ACTOR, reference)).to.deep.equal(account)
    expect(await list()).to.deep.equal([])
    expect(await actions()).to.deep.equal(['account.create', 'account.delete'])
    await expectFailure(test.service.deleteAccount(ACTOR, reference), 'NOT_FOUND')
  })

  it('is a conflict when the name is taken, and the trail tells of one only', async () => {
    const account = await create()
    await expectFailure(create({name: 'Another Ann'}), 'CONFLICT')
    expect(await list()).to.deep.equal([account])
    expect(await actions()).to.deep.equal(['account.create'])
  })

  it('is NOT_FOUND for another vendor', async () => {
    const {id} = await create()
    const reference = {organizationId: test.organizationId, vendor: 'motherduck', accountId: id}
    await expectFailure(test.service.deleteAccount(ACTOR, reference), 'NOT_FOUND')
    expect(await list()).to.have.length(1)
  })
})
