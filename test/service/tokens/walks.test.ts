import {expect} from 'chai'
import type {TokenPage} from '../../../src/service/store/store.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

describe('a walk over the pages of a list', () => {
  let test: TestService
  const ids: string[] = []
  beforeEach(async () => {
    test = await openTestService({inMemory: true})
    ids.length = 0
    for (let number = 0; number < 9; number++) {
      test.clock.nowMs += 1
      ids.push((await issueTestToken(test, {name: `t${number}`})).token.id)
    }
  })
  afterEach(() => test.service.close())

  async function read(caller: string, offset: number, sorts: TokenPage['sorts'] = []) {
    const page = {offset, limit: 3, sorts}
    const rows = await test.service.walks.readPage(caller, test.organizationId, {vendor: 'astro'}, page)
    return rows.map(({name}) => name)
  }
  const remove = (index: number) =>
    test.service.delete(ASTRO_POLICY, ACTOR, {organizationId: test.organizationId, tokenId: ids[index] ?? ''})

  it('skips no token and repeats none if tokens before the page are deleted and created', async () => {
    expect(await read('a', 0)).to.deep.equal(['t0', 't1', 't2'])
    await remove(0)
    await remove(2)
    expect(await read('a', 3)).to.deep.equal(['t3', 't4', 't5'])
    const newestFirst = [{key: 'createdAt', descending: true} as const]
    expect(await read('a', 0, newestFirst)).to.deep.equal(['t8', 't7', 't6'])
    test.clock.nowMs += 1
    await issueTestToken(test, {name: 'newest'})
    expect(await read('a', 3, newestFirst)).to.deep.equal(['t5', 't4', 't3'])
    expect(await read('a', 6)).to.deep.equal(['t6', 't7', 't8'])
    expect(await read('a', 9)).to.deep.equal(['newest'])
  })

  it('continues only where the same caller has read the page before, with the same filter and order', async () => {
    expect(await read('a', 0)).to.deep.equal(['t0', 't1', 't2'])
    await remove(0)
    expect(await read('b', 3)).to.deep.equal(['t4', 't5', 't6'])
    expect(await read('a', 2)).to.deep.equal(['t3', 't4', 't5'])
    expect(await read('a', 3, [{key: 'name', descending: false}])).to.deep.equal(['t4', 't5', 't6'])
    expect(await read('a', 3)).to.deep.equal(['t3', 't4', 't5'])
  })

  it('finds a page by its offset again after a minute, and in any other order', async () => {
    await read('a', 0)
    const byText = [{key: 'description', descending: false} as const]
    await read('a', 0, byText)
    await remove(0)
    expect(await read('a', 3, byText)).to.deep.equal(['t4', 't5', 't6'])
    test.clock.nowMs += 59_999
    expect(await read('a', 3)).to.deep.equal(['t3', 't4', 't5'])
    test.clock.nowMs += 1
    expect(await read('a', 3)).to.deep.equal(['t4', 't5', 't6'])
  })
})
