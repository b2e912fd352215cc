import {expect} from 'chai'
import {cleanToken} from '../../src/lib/clean-token.ts'
import {DAMAGES, SURROUNDINGS} from '../support/token-surroundings.ts'

describe('cleanToken', () => {
  for (const [name, surround] of Object.entries(SURROUNDINGS)) {
    it(`removes ${name}`, () => {
      expect(cleanToken(surround('a.b.c'))).to.equal('a.b.c')
    })
  }

  it('leaves everything else unchanged, including white space inside', () => {
    const token = `${'a'.repeat(80)}.${'b'.repeat(80)}.${'c'.repeat(86)}`
    for (const damage of Object.values(DAMAGES)) expect(cleanToken(damage(token))).to.equal(damage(token))
    expect(cleanToken(' a b\tc\n')).to.equal('a b\tc')
  })

  it('returns an empty text for white space alone', () => {
    for (const surround of Object.values(SURROUNDINGS)) expect(cleanToken(surround(''))).to.equal('')
  })

  it('handles 4 MB of white space within the test timeout, at the ends and inside', () => {
    const blanks = ' '.repeat(4_000_000)
    expect(cleanToken(`${blanks}a${blanks}`)).to.equal('a')
    expect(cleanToken(`a${blanks}b`)).to.have.lengthOf(4_000_002)
  })
})
