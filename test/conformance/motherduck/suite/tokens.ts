import {expect} from 'chai'
import type {CreateTokenBody} from '../../../../src/vendors/motherduck/api.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {type OpenTarget, useTarget} from './target.ts'

const CREATED = new Date(TEST_NOW).toISOString().replace(/\.\d+/, '')
const NOWHERE = '0198c0de-0000-7000-8000-000000000000'

export function describeTokens(open: OpenTarget): void {
  const target = useTarget(open)
  beforeEach(async () => {
    await target.current.owner.createUser({username: 'etl'})
  })

  it('creates a read/write token that never expires, and that works', async () => {
    const {api, connect} = target.current
    const minted = await api.createToken('etl', {name: 'ci'})
    expect(minted).to.include({name: 'ci', created_ts: CREATED, read_only: false, token_type: 'read_write'})
    expect(minted).to.not.have.any.keys('expire_at', 'description')
    expect(await connect(minted).getDucklings('etl')).to.be.an('object')
  })

  it('creates a read scaling token with a lifetime and a description', async () => {
    const {api} = target.current
    const body = {name: 'bi', ttl: 3600, token_type: 'read_scaling', description: 'For the dashboard'} as const
    const minted = await api.createToken('etl', body)
    expect(minted).to.include({
      name: 'bi',
      description: 'For the dashboard',
      read_only: true,
      token_type: 'read_scaling',
      expire_at: new Date(Date.parse(CREATED) + 3_600_000).toISOString().replace(/\.\d+/, ''),
    })
  })

  it('lists the tokens in the order of creation, within a millisecond too, without their secrets', async () => {
    const {api} = target.current
    const names = Array.from({length: 12}, (_, index) => `token ${index}`)
    for (const name of names) await api.createToken('etl', {name})
    const {tokens} = await api.listTokens('etl')
    expect(tokens.map(({name}) => name)).to.deep.equal(names)
    for (const token of tokens) expect(token).to.not.have.property('token')
  })

  for (const ttl of [300, 301, 31_536_000]) {
    it(`accepts a ttl of ${ttl}`, async () => {
      const {created_ts: from, expire_at: until = ''} = await target.current.api.createToken('etl', {name: 'ci', ttl})
      expect(Date.parse(until) - Date.parse(from)).to.equal(ttl * 1000)
    })
  }

  const wrong: [string, unknown, string][] = [
    ...[299, 31_536_001, 300.5, 0, -1, '3600', true, {}].map((ttl): [string, unknown, string] => [
      `a ttl of ${JSON.stringify(ttl)}`,
      {name: 'ci', ttl},
      'ttl',
    ]),
    ['no name', {}, 'name'],
    ['an empty name', {name: ''}, 'name'],
    ['a blank name', {name: ' \t '}, 'name'],
    ['a name of 256 characters', {name: 'x'.repeat(256)}, 'name'],
    ['the reserved name MotherDuck Extension', {name: 'MotherDuck Extension'}, 'name'],
    ['the reserved name MotherDuck Flights', {name: 'MotherDuck Flights'}, 'name'],
    ['several names', {name: ['a', 'b']}, 'name'],
    ['a token type in capitals', {name: 'ci', token_type: 'READ_WRITE'}, 'token_type'],
    ['an unknown token type', {name: 'ci', token_type: 'admin'}, 'token_type'],
    ['a blank description', {name: 'ci', description: '  '}, 'description'],
    ['a description of 1001 characters', {name: 'ci', description: 'x'.repeat(1001)}, 'description'],
    ['a name with NUL', {name: 'a\0b'}, 'name'],
  ]
  for (const [what, body, field] of wrong) {
    it(`refuses ${what}`, async () => {
      const {api, snapshot} = target.current
      const before = await snapshot()
      const err = await expectFailure(api.createToken('etl', body as CreateTokenBody), 'INVALID')
      expect(err.message).to.contain(field)
      expect(await snapshot()).to.equal(before)
    })
  }

  for (const name of ['motherduck flights', 'MotherDuck Flights ', 'x'.repeat(255), 'a\u001b[31m', '名前 🦆', ' a ']) {
    it(`accepts the name ${JSON.stringify(name.slice(0, 20))} unchanged`, async () => {
      const {api} = target.current
      expect(await api.createToken('etl', {name})).to.include({name})
      expect((await api.listTokens('etl')).tokens[0]).to.include({name})
    })
  }

  it('leaves out an empty description', async () => {
    const minted = await target.current.api.createToken('etl', {name: 'ci', description: ''})
    expect(minted).to.not.have.property('description')
  })

  it('creates two tokens of one name', async () => {
    const {api} = target.current
    const ids = [await api.createToken('etl', {name: 'ci'}), await api.createToken('etl', {name: 'ci'})].map(
      ({id}) => id,
    )
    expect((await api.listTokens('etl')).tokens.map(({id}) => id)).to.deep.equal(ids)
  })

  it('deletes a token by its id, once, and its secret stops working', async () => {
    const {api, connect} = target.current
    const [minted, other] = [await api.createToken('etl', {name: 'ci'}), await api.createToken('etl', {name: 'ci'})]
    await api.deleteToken('etl', minted.id)
    await expectFailure(connect(minted).getDucklings('etl'), 'UNAUTHENTICATED')
    await connect(other).getDucklings('etl')
    expect((await api.listTokens('etl')).tokens.map(({id}) => id)).to.deep.equal([other.id])
    await expectFailure(api.deleteToken('etl', minted.id), 'NOT_FOUND')
  })

  it('deletes a token by its name, if only one live token has it', async () => {
    const {api} = target.current
    await api.createToken('etl', {name: 'one of a kind', ttl: 300})
    target.current.clock.nowMs += 300_000
    await api.createToken('etl', {name: 'one of a kind'})
    for (const name of ['twice', 'twice']) await api.createToken('etl', {name})
    await api.deleteToken('etl', 'one of a kind')
    const err = await expectFailure(api.deleteToken('etl', 'twice'), 'INVALID')
    expect(err.message).to.contain('2 access tokens')
    await expectFailure(api.deleteToken('etl', 'Twice'), 'NOT_FOUND')
    expect((await api.listTokens('etl')).tokens).to.have.lengthOf(2)
  })

  it('does not find the token of another user', async () => {
    const {api} = target.current
    await api.createUser({username: 'other'})
    const minted = await api.createToken('other', {name: 'ci'})
    for (const id of [minted.id, 'ci', NOWHERE]) await expectFailure(api.deleteToken('etl', id), 'NOT_FOUND')
  })

  it('neither accepts nor lists an expired token, without anything that has to run first', async () => {
    const {api, connect, clock} = target.current
    const minted = await api.createToken('etl', {name: 'ci', ttl: 300})
    clock.nowMs += 299_999
    expect((await api.listTokens('etl')).tokens).to.have.lengthOf(1)
    await connect(minted).getDucklings('etl')
    clock.nowMs += 1
    expect(await api.listTokens('etl')).to.deep.equal({tokens: []})
    await expectFailure(connect(minted).getDucklings('etl'), 'UNAUTHENTICATED')
    await expectFailure(api.deleteToken('etl', minted.id), 'NOT_FOUND')
  })

  it('does not find an unknown user', async () => {
    const {api} = target.current
    await expectFailure(api.createToken('stranger', {name: 'ci'}), 'NOT_FOUND')
    await expectFailure(api.listTokens('stranger'), 'NOT_FOUND')
    await expectFailure(api.deleteToken('stranger', NOWHERE), 'NOT_FOUND')
  })

  it('checks the body before it looks for the user', async () => {
    await expectFailure(target.current.api.createToken('stranger', {name: ''}), 'INVALID')
  })
}
