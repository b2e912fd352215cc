import {expect} from 'chai'
import {isTokenOf} from '../../../src/vendors/astro/own-token.ts'
import {openAstroFixture} from '../../support/astro-fixture.ts'

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
})
