import {expect} from 'chai'
import {takeRandomBytes} from '../../src/lib/random-bytes.ts'

describe('random bytes', () => {
  it('are never handed out twice, also when the pool is filled again', () => {
    const taken = Array.from({length: 2000}, () => takeRandomBytes(16).toString('hex'))
    expect(new Set(taken).size).to.equal(taken.length)
    expect(taken).to.not.include('0'.repeat(32))
  })

  it('belong to the caller alone', () => {
    const first = takeRandomBytes(8)
    const copy = Buffer.from(first)
    takeRandomBytes(4096)
    expect(first.equals(copy)).to.equal(true)
  })

  it('have every value in every place', () => {
    const seen = Array.from({length: 16}, () => new Set<number>())
    for (let round = 0; round < 8000; round++)
      for (const [place, byte] of takeRandomBytes(16).entries()) seen[place]?.add(byte)
    // The chance that one of 256 values is missing after 8000 draws is about one in 10^10.
    expect(seen.map(({size}) => size)).to.deep.equal(Array(16).fill(256))
  })

  it('are refused if there are more than the pool holds', () => {
    expect(() => takeRandomBytes(4097)).to.throw(RangeError, 'At most 4096 random bytes')
  })
})
