import {expect} from 'chai'
import {type ChooseToken, chooseNamed} from '../../../src/operations/tokens/choose-token.ts'
import type {TokenRecord} from '../../../src/vendors/token-port.ts'
import {expectFailure} from '../../support/rejection.ts'

const unasked: ChooseToken<TokenRecord> = async () => expect.fail('a question is asked')
const choose = (tokens: TokenRecord[], ask: ChooseToken<TokenRecord> = unasked) =>
  chooseNamed(tokens, 'ci', {noun: 'access key', choose: ask})

describe('chooseNamed', () => {
  it('returns the only token without a question, and null if there is none', async () => {
    expect(await choose([{id: 'a', name: 'ci'}])).to.deep.equal({id: 'a', name: 'ci'})
    expect(await choose([])).to.equal(null)
  })

  it('asks if there are several', async () => {
    const tokens = [
      {id: 'a', name: 'ci'},
      {id: 'b', name: 'ci'},
    ]
    expect(await choose(tokens, async (offered) => offered[1] ?? expect.fail('not offered'))).to.equal(tokens[1])
  })

  it('is CONFLICT with id, creation and last use of each of several if no question is allowed', async () => {
    const createdAt = '2026-01-01T00:00:00Z'
    const tokens = [
      {id: 'a', name: 'ci', createdAt, lastUsedAt: '2026-02-01T00:00:00Z'},
      {id: 'b', name: 'ci', createdAt, lastUsedAt: null},
      {id: 'c', name: 'ci', createdAt},
    ]
    const err = await expectFailure(chooseNamed(tokens, 'ci', {noun: 'access key', choose: undefined}), 'CONFLICT')
    expect(err.message).to.equal(
      `3 access keys are named ci: a (created ${createdAt}, last used 2026-02-01T00:00:00Z), b (created ${createdAt}, never used), c (created ${createdAt}, last use not reported)`,
    )
    expect(err.details.hint).to.contain('id')
  })

  it('lists the first of very many, and how many more there are', async () => {
    const tokens = Array.from({length: 100}, (_, index) => ({id: `t${index}`, name: 'ci', lastUsedAt: null}))
    const err = await expectFailure(chooseNamed(tokens, 'ci', {noun: 'access key', choose: undefined}), 'CONFLICT')
    expect(err.message).to.match(/^100 access keys .*t19 \(never used\), and 80 more$/)
  })
})
