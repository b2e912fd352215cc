import {expect} from 'chai'
import {listAll} from '../../src/vendors/list-all.ts'

const LIMIT = 200

interface Server {
  items: number[]
  /** The maximum length of a page, no matter what limit is requested. */
  pageMax: number
  /** The count that the server reports. */
  totalCount: (calls: number) => number
}

async function listFrom({items, pageMax, totalCount}: Server): Promise<{all: number[]; offsets: number[]}> {
  const offsets: number[] = []
  const all = await listAll(LIMIT, async ({offset, limit}) => {
    expect(limit).to.equal(LIMIT)
    offsets.push(offset)
    return {
      items: items.slice(offset, offset + Math.min(limit, pageMax)),
      totalCount: totalCount(offsets.length),
    }
  })
  return {all, offsets}
}

describe('listAll (fault 20 of astro)', () => {
  const items = Array.from({length: 250}, (_, index) => index)

  it('loses nothing if pages are shorter than requested', async () => {
    const {all, offsets} = await listFrom({items, pageMax: 100, totalCount: () => 250})
    expect(all).to.deep.equal(items)
    expect(offsets).to.deep.equal([0, 100, 200])
  })

  it('ends at an empty page if the count is too high', async () => {
    const {all, offsets} = await listFrom({items, pageMax: 100, totalCount: () => 100_000})
    expect(all).to.deep.equal(items)
    expect(offsets).to.deep.equal([0, 100, 200, 250])
  })

  it('ends at an empty page if the count keeps growing', async () => {
    const {all} = await listFrom({items, pageMax: 100, totalCount: (calls) => calls * 1000})
    expect(all).to.deep.equal(items)
  })

  it('requests pages with the given limit', async () => {
    const {all, offsets} = await listFrom({items, pageMax: 1000, totalCount: () => 250})
    expect(all).to.deep.equal(items)
    expect(offsets).to.deep.equal([0, LIMIT])
  })

  it('makes one request if there is nothing', async () => {
    expect(await listFrom({items: [], pageMax: 100, totalCount: () => 0})).to.deep.equal({all: [], offsets: [0]})
  })
})
