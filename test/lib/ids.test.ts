import {expect} from 'chai'
import {isCuid, newCuid, newSortableUuid} from '../../src/lib/ids.ts'

describe('a sortable UUID', () => {
  it('is a UUID of version 7 with the time of its creation', () => {
    const before = Date.now()
    const id = newSortableUuid()
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const at = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    // The clock of the process and that of the machine can differ a little.
    expect(Math.abs(at - before)).to.be.lessThan(60_000)
  })

  it('sorts by creation time, within a millisecond too', () => {
    const ids = Array.from({length: 1000}, () => {
      // Two tokens are never created within a microsecond.
      const until = process.hrtime.bigint() + 2000n
      while (process.hrtime.bigint() < until);
      return newSortableUuid()
    })
    expect(ids.toSorted()).to.deep.equal(ids)
    expect(new Set(ids).size).to.equal(ids.length)
  })
})

describe('an id in the form of Astro', () => {
  it('has the time of its creation where a CUID has it', () => {
    const before = Date.now()
    const id = newCuid()
    expect(isCuid(id), id).to.equal(true)
    expect(Math.abs(Number.parseInt(id.slice(1, 9), 36) - before)).to.be.lessThan(60_000)
  })

  it('sorts by creation time, within a millisecond too', () => {
    const ids = Array.from({length: 1000}, () => {
      const until = process.hrtime.bigint() + 2000n
      while (process.hrtime.bigint() < until);
      return newCuid()
    })
    expect(ids.toSorted()).to.deep.equal(ids)
  })

  it('is never the same twice, even at the same time', () => {
    const ids = Array.from({length: 20_000}, newCuid)
    expect(new Set(ids).size).to.equal(ids.length)
  })
})
