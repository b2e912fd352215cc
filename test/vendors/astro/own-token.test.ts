import {expect} from 'chai'
import {isClaimedToken, isTokenOf} from '../../../src/vendors/astro/own-token.ts'
import {openAstroFixture} from '../../support/astro-fixture.ts'
import {expectFailure} from '../../support/rejection.ts'

describe('the token of the caller', () => {
  it('is a token of this installation only: another one may have created a token with the same id', async () => {
    const fixture = await openAstroFixture()
    const {id, token} = await fixture.create()
    const {issuer} = fixture.service.installation
    await fixture.service.close()
    expect(isTokenOf(token, {issuer, tokenId: id})).to.equal(true)
    expect(isTokenOf(token, {issuer, tokenId: 'cother'})).to.equal(false)
    expect(isTokenOf(token, {issuer: 'urn:tokenry:other', tokenId: id})).to.equal(false)
    expect(isTokenOf(undefined, {issuer, tokenId: id})).to.equal(false)
  })

  it('is known on Astro by its claims: the token id, else the subject', async () => {
    const use = {source: 'ASTRO_API_TOKEN', tokenId: 'tok'}
    expect(isClaimedToken({tokenId: 'tok', subject: 'other'}, use)).to.equal(true)
    expect(isClaimedToken({tokenId: 'other', subject: 'tok'}, use)).to.equal(false)
    expect(isClaimedToken({subject: 'tok'}, use)).to.equal(true)
    expect(isClaimedToken({subject: 'auth0|ann'}, use)).to.equal(false)
    const err = await expectFailure((async () => isClaimedToken({}, use))(), 'CONFIG')
    expect(err.message).to.contain('ASTRO_API_TOKEN').and.to.contain('tok')
  })
})
