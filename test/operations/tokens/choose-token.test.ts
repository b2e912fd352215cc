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

  it('is CONFLICT that names each of several if no question is allowed', async () => {
    const tokens = [{id: 'a', name: 'ci'}, {id: 'b', name: 'ci'}, {name: 'ci'}]
    const err = await expectFailure(chooseNamed(tokens, 'ci', {noun: 'access key', choose: undefined}), 'CONFLICT')
    expect(err.message).to.equal('3 access keys are named ci: a, b, ci')
    expect(err.details.hint).to.contain('id')
  })
})
