import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import {AGENT_KIND, ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a token with a unique name', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService()
  })
  afterEach(() => test.service.close())

  const make = async (name: string, uniqueName = true, kind = 'STANDARD') =>
    (await issueTestToken(test, {name, uniqueName, kind})).token
  const rename = (tokenId: string, name: string) =>
    test.service.update(ASTRO_POLICY, ACTOR, {organizationId: test.organizationId, tokenId, name})

  it('is refused, with the id of the other one, if a token of the owner has the name, unique or not', async () => {
    for (const uniqueName of [true, false]) {
      const {id} = await make(`taken-${uniqueName}`, uniqueName)
      const name = `taken-${uniqueName}`
      const err = await expectFailure(make(name), 'CONFLICT')
      expect(err.message).to.contain(id)
      expect(err.details).to.deep.include({reason: 'name-taken', facts: {noun: 'token', name, id}})
    }
  })

  it('must be unique among all kinds that appear in one list, but not among others', async () => {
    const {id} = await make('ci', false, 'DIRECT_ACCESS')
    expect((await expectFailure(make('ci'), 'CONFLICT')).message).to.contain(id)
    await make('ci', true, AGENT_KIND)
  })

  it('must be unique in the organization if the policy asks for it, also among several owners', async () => {
    const policy = {...ASTRO_POLICY, vendor: 'acme', namesUniqueIn: 'organization'} as const
    const issue = (ownerId: string) => issueTestToken(test, {name: 'ci', uniqueName: true, ownerId}, policy)
    const {id} = (await issue('ann')).token
    expect((await expectFailure(issue('bob'), 'CONFLICT')).message).to.contain(id)
    const other = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
    const {organizationId} = other.organization
    await issueTestToken({...test, organizationId}, {name: 'ci', uniqueName: true}, policy)
    const rows = await test.service.read.listTokens(test.organizationId, {vendor: 'acme'}, {offset: 0, limit: 9})
    expect(rows.map(({uniqueName}) => uniqueName)).to.deep.equal(['STANDARD,DIRECT_ACCESS/ci'])
  })

  it('stays unique when it is renamed: a taken name is refused with its id, and the old name is free again', async () => {
    const [first, second] = [await make('first'), await make('second')]
    expect((await expectFailure(rename(second.id, 'first'), 'CONFLICT')).message).to.contain(first.id)
    expect(await rename(second.id, 'second')).to.include({name: 'second'})
    expect(await rename(second.id, 'third')).to.include({name: 'third'})
    await make('second')
    await expectFailure(make('third'), 'CONFLICT')
    // The store itself keeps the names unique, in case two tokens are created concurrently.
    const rows = await test.service.read.listTokens(test.organizationId, {vendor: 'astro'}, {offset: 0, limit: 9})
    expect(new Set(rows.map(({uniqueName}) => uniqueName)).size).to.equal(3)
    expect(rows.find(({id}) => id === second.id)?.uniqueName).to.match(/\/third$/)
  })

  it('does not result from renaming a token whose name need not be unique', async () => {
    await make('taken')
    const {id} = await make('ci', false)
    expect(await rename(id, 'taken')).to.include({name: 'taken', uniqueName: null})
    const found = await test.service.read.findToken(test.organizationId, 'astro', id)
    expect(found).to.include({name: 'taken', uniqueName: null})
  })

  it('may later share its name with a token whose name need not be unique', async () => {
    await make('ci')
    expect(await make('ci', false)).to.include({uniqueName: null})
  })
})
