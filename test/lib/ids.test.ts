import {expect} from 'chai'
import {newSortableUuid} from '../../src/lib/ids.ts'

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
