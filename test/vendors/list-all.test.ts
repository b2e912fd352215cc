import {expect} from 'chai'
import {type ListOptions, listAll} from '../../src/vendors/list-all.ts'
import {expectFailure} from '../support/rejection.ts'

const LIMIT = 4

interface Item {
  id: string
  size?: number
}

interface ListRun {
  ids: string[]
  offsets: number[]
  warnings: string[]
}

/** Read a list whose n-th answer is `pages(offset, n)`. */
async function read(pages: (offset: number, n: number) => {ids: string[]; totalCount: number}): Promise<ListRun> {
  const offsets: number[] = []
  const warnings: string[] = []
  const options: ListOptions<Item> = {
    what: 'things',
    limit: LIMIT,
    async readPage({offset, limit}) {
      expect(limit).to.equal(LIMIT)
      const {ids, totalCount} = pages(offset, offsets.push(offset))
      return {items: ids.map((id) => ({id})), totalCount}
    },
    warn: async (text) => void warnings.push(text),
  }
  const ids = (await listAll(options)).map(({id}) => id)
  return {ids, offsets, warnings}
}

const ALL = Array.from({length: 10}, (_, index) => `i${index}`)
const pageOf =
  (all: string[], length = LIMIT) =>
  (offset: number) => ({
    ids: all.slice(offset, offset + length),
    totalCount: all.length,
  })

describe('listAll', () => {
  it('reads every item, and asks for no page after the last', async () => {
    expect(await read(pageOf(ALL))).to.deep.equal({ids: ALL, offsets: [0, 4, 8], warnings: []})
  })

  it('advances by what arrived, so that short pages lose nothing', async () => {
    expect(await read(pageOf(ALL, 3))).to.deep.equal({ids: ALL, offsets: [0, 3, 6, 9], warnings: []})
  })

  it('reads on after a full page, so that a count that is too low loses nothing, and warns', async () => {
    for (const totalCount of [0, 4, 8, 9]) {
      const {ids, offsets, warnings} = await read((offset) => ({...pageOf(ALL)(offset), totalCount}))
      expect(ids, String(totalCount)).to.deep.equal(ALL)
      expect(offsets).to.deep.equal([0, 4, 8, 0, 4, 8])
      expect(warnings).to.have.length(1)
    }
  })

  it('asks for one empty page if the last one was full', async () => {
    const eight = ALL.slice(0, 8)
    expect(await read(pageOf(eight))).to.deep.equal({ids: eight, offsets: [0, 4, 8], warnings: []})
  })

  it('reads one page of an empty list', async () => {
    expect(await read(pageOf([]))).to.deep.equal({ids: [], offsets: [0], warnings: []})
  })

  it('stops at an empty page if the count is too high, reads once more, and warns', async () => {
    const {ids, offsets, warnings} = await read((offset) => ({...pageOf(ALL)(offset), totalCount: 99}))
    expect(ids).to.deep.equal(ALL)
    expect(offsets).to.deep.equal([0, 4, 8, 10, 0, 4, 8, 10])
    expect(warnings).to.deep.equal(['The list of things changed while it was read: one of them may be missing'])
  })

  it('drops an id that it has already', async () => {
    const shifted = ['i0', 'i1', 'i2', 'i3', 'i3', 'i4', 'i5', 'i6']
    const {ids} = await read((offset) => ({ids: shifted.slice(offset, offset + LIMIT), totalCount: 8}))
    expect(ids).to.deep.equal(['i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6'])
  })

  it('reads once more from the start if the count changed, without a warning if it then stays', async () => {
    const {ids, offsets, warnings} = await read((offset, n) => pageOf(n === 1 ? ALL : ALL.slice(1))(offset))
    expect(ids).to.deep.equal(ALL.slice(1))
    expect(offsets).to.deep.equal([0, 4, 8, 0, 4, 8])
    expect(warnings).to.deep.equal([])
  })

  it('warns if the count changes in the second reading too', async () => {
    const {ids, offsets, warnings} = await read((offset, n) => ({...pageOf(ALL)(offset), totalCount: 10 + (n % 2)}))
    expect(ids).to.deep.equal(ALL)
    expect(offsets.filter((offset) => offset === 0)).to.have.length(2)
    expect(warnings).to.have.length(1)
  })

  it('refuses a page that repeats the one before it, as not worth a retry', async () => {
    const err = await expectFailure(
      read(() => ({ids: ALL.slice(0, LIMIT), totalCount: 1000})),
      'UPSTREAM',
    )
    expect(err.message).to.equal('The list of things does not end: a page repeats the one before it')
    expect(err.details.retryable).to.equal(false)
  })

  it('refuses a list that grows with each page, after 100 000 items', async () => {
    let asked = 0
    const endless = async ({offset, limit}: {offset: number; limit: number}) => {
      asked++
      const items = Array.from({length: limit}, (_, index) => ({id: `i${offset + index}`}))
      return {items, totalCount: offset + 2 * limit}
    }
    const err = await expectFailure(listAll({what: 'things', limit: 1000, readPage: endless}), 'UPSTREAM')
    expect(err.message).to.contain('more than 100000 entries')
    expect(err.details.retryable).to.equal(false)
    expect(asked).to.equal(101)
  })
})
