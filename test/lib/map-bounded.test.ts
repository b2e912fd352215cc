import {expect} from 'chai'
import {mapBounded} from '../../src/lib/map-bounded.ts'

describe('mapBounded', () => {
  it('returns the results in the order of the items, whichever ends first', async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>())
    const mapping = mapBounded([0, 1, 2], {
      max: 3,
      async work(item) {
        await gates[item]?.promise
        return item * 10
      },
    })
    for (const gate of gates.toReversed()) gate.resolve()
    expect(await mapping).to.deep.equal([0, 10, 20])
  })

  for (const [items, max, expected] of [
    [10, 4, 4],
    [2, 4, 2],
    [5, 1, 1],
  ] as const) {
    it(`works on ${expected} of ${items} items at the same time if ${max} are allowed`, async () => {
      let [running, most] = [0, 0]
      await mapBounded(Array.from({length: items}), {
        max,
        async work() {
          running += 1
          most = Math.max(most, running)
          await new Promise(setImmediate)
          running -= 1
        },
      })
      expect(most).to.equal(expected)
    })
  }

  it('begins no other item after a failure, and fails with it', async () => {
    const begun: number[] = []
    const mapping = mapBounded([0, 1, 2, 3, 4], {
      max: 2,
      async work(item) {
        begun.push(item)
        if (item === 1) throw new Error('one')
        await new Promise(setImmediate)
      },
    })
    const failure = await mapping.then(
      () => null,
      (err: unknown) => err,
    )
    expect(String(failure)).to.equal('Error: one')
    expect(begun).to.deep.equal([0, 1])
  })

  it('reports every item that is done', async () => {
    const seen: string[] = []
    await mapBounded(['a', 'b'], {
      max: 1,
      work: async (item) => item,
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    })
    expect(seen).to.deep.equal(['1/2', '2/2'])
  })

  it('returns nothing for no items', async () => {
    expect(await mapBounded([], {max: 4, work: async () => 1})).to.deep.equal([])
  })
})
