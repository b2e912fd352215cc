import {expect} from 'chai'
import {expectFailure} from '../../../support/rejection.ts'
import {type OpenTarget, useTarget} from './target.ts'

export function describeUsers(open: OpenTarget): void {
  const target = useTarget(open)

  it('creates a service account, and lists it after the Admin', async () => {
    const {api} = target.current
    expect(await api.createUser({username: 'etl_1'})).to.deep.equal({username: 'etl_1'})
    const {users, ...page} = await api.listUsers({})
    expect(page).to.deep.equal({total_count: 2, next_page_token: null})
    expect(users.map(({id, ...user}) => user)).to.deep.equal([
      {
        username: 'admin',
        email: 'admin@localhost',
        first_name: null,
        last_name: null,
        is_service_account: false,
        is_deprovisioned: false,
        roles: ['admin'],
      },
      {
        username: 'etl_1',
        email: 'etl_1@localhost',
        first_name: null,
        last_name: null,
        is_service_account: true,
        is_deprovisioned: false,
        roles: ['builder'],
      },
    ])
    expect(new Set(users.map(({id}) => id)).size).to.equal(2)
  })

  for (const username of ['ab', '', '1abc', 'a b c', 'a-b-c', 'a/b', 'abc\n', '_abc', 'a'.repeat(256)]) {
    it(`refuses the username ${JSON.stringify(username.slice(0, 20))}`, async () => {
      const {api, snapshot} = target.current
      const before = await snapshot()
      const err = await expectFailure(api.createUser({username}), 'INVALID')
      expect(err.message).to.contain('username')
      expect(await snapshot()).to.equal(before)
    })
  }

  for (const username of ['abc', 'Ünïted_9', 'a'.repeat(255)]) {
    it(`accepts the username ${JSON.stringify(username.slice(0, 20))}`, async () => {
      expect(await target.current.api.createUser({username})).to.deep.equal({username})
    })
  }

  it('refuses a username that is taken, in any case, as a bad request', async () => {
    const {api} = target.current
    await api.createUser({username: 'Etl'})
    for (const username of ['Etl', 'eTL', 'ADMIN']) {
      const err = await expectFailure(api.createUser({username}), 'INVALID')
      expect(err.message).to.contain('taken')
    }
  })

  it('finds a user in any case, and answers with the stored spelling', async () => {
    const {api} = target.current
    await api.createUser({username: 'Etl_Prod'})
    await api.createToken('etl_prod', {name: 'ci'})
    expect((await api.listTokens('ETL_PROD')).tokens.map(({name}) => name)).to.deep.equal(['ci'])
    expect(await api.deleteUser('eTL_pROD')).to.deep.equal({username: 'Etl_Prod'})
  })

  it('deletes a user with all tokens', async () => {
    const {api, connect} = target.current
    await api.createUser({username: 'etl'})
    const own = await api.createToken('etl', {name: 'ci'})
    await api.deleteUser('etl')
    await expectFailure(connect(own).getDucklings('etl'), 'UNAUTHENTICATED')
    await expectFailure(api.listTokens('etl'), 'NOT_FOUND')
    await expectFailure(api.getDucklings('etl'), 'NOT_FOUND')
    await expectFailure(api.deleteUser('etl'), 'NOT_FOUND')
    await api.createUser({username: 'etl'})
    expect(await api.listTokens('etl')).to.deep.equal({tokens: []})
  })

  it('does not delete the last Admin', async () => {
    const {api, addMember, snapshot} = target.current
    const before = await snapshot()
    await expectFailure(api.deleteUser('admin'), 'FORBIDDEN')
    expect(JSON.parse(await snapshot()).accounts).to.deep.equal(JSON.parse(before).accounts)
    const other = await addMember('second', {admin: true})
    expect(await other.deleteUser('admin')).to.deep.equal({username: 'admin'})
    await expectFailure(other.deleteUser('second'), 'FORBIDDEN')
  })

  it('lists the users in pages, ordered by username, also if one is created or deleted meanwhile', async () => {
    const {api} = target.current
    for (const username of ['delta', 'Bravo', 'charlie', 'echo']) await api.createUser({username})
    const first = await api.listUsers({limit: 2})
    expect(first.users.map(({username}) => username)).to.deep.equal(['admin', 'Bravo'])
    await api.createUser({username: 'aaa'})
    await api.deleteUser('delta')
    const second = await api.listUsers({limit: 2, page_token: first.next_page_token ?? '', offset: 4})
    expect(second.users.map(({username}) => username)).to.deep.equal(['charlie', 'echo'])
    expect([second.total_count, second.next_page_token]).to.deep.equal([5, null])
    const skipped = await api.listUsers({offset: 3})
    expect(skipped.users.map(({username}) => username)).to.deep.equal(['charlie', 'echo'])
    expect((await api.listUsers({offset: 9})).users).to.deep.equal([])
  })

  it('lists service accounts or people only', async () => {
    const {api, addPerson} = target.current
    await api.createUser({username: 'etl'})
    await addPerson('ann')
    const names = async (query: object) => (await api.listUsers(query)).users.map(({username}) => username)
    expect(await names({is_service_account: true})).to.deep.equal(['etl'])
    expect(await names({is_service_account: false})).to.deep.equal(['admin', 'ann'])
    expect(await names({is_deprovisioned: true})).to.deep.equal([])
    expect(await names({is_deprovisioned: false})).to.deep.equal(['admin', 'ann', 'etl'])
  })

  for (const query of [{limit: 0}, {limit: 1001}, {limit: -1}, {limit: 1.5}, {offset: -1}]) {
    it(`refuses the page ${JSON.stringify(query)}`, async () => {
      await expectFailure(target.current.api.listUsers(query), 'INVALID')
    })
  }

  it('lists no active account, because nothing runs', async () => {
    expect(await target.current.api.listActiveAccounts()).to.deep.equal({accounts: []})
  })
}
