import {expect} from 'chai'
import {cleanToken} from '../../src/lib/clean-token.ts'
import {DAMAGES, SURROUNDINGS} from '../support/token-surroundings.ts'

describe('cleanToken', () => {
  for (const [name, surround] of Object.entries(SURROUNDINGS)) {
    it(`removes ${name}`, () => {
      expect(cleanToken(surround('a.b.c'))).to.equal('a.b.c')
    })
  }

  it('leaves everything else as it is, also white space within', () => {
    const token = `${'a'.repeat(80)}.${'b'.repeat(80)}.${'c'.repeat(86)}`
    for (const damage of Object.values(DAMAGES)) expect(cleanToken(damage(token))).to.equal(damage(token))
    expect(cleanToken(' a b\tc\n')).to.equal('a b\tc')
  })

  it('is empty for white space alone', () => {
    for (const surround of Object.values(SURROUNDINGS)) expect(cleanToken(surround(''))).to.equal('')
  })

  it('cleans 4 MB of white space within the time of a test, wherever it is', () => {
    const blanks = ' '.repeat(4_000_000)
    expect(cleanToken(`${blanks}a${blanks}`)).to.equal('a')
    expect(cleanToken(`a${blanks}b`)).to.have.lengthOf(4_000_002)
  })
})
