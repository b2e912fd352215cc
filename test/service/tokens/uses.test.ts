import {expect} from 'chai'
import {createUses} from '../../../src/service/tokens/uses.ts'

describe('noting the use of a value', () => {
  const value = {organizationId: 'o', sha256: 's', lastUsedAt: null} as unknown as Parameters<
    ReturnType<typeof createUses>['note']
  >[0]

  it('does not keep the request waiting, and is done once it settles', async () => {
    const touched: unknown[][] = []
    const store = {touchValue: async (...args: unknown[]) => void touched.push(args)}
    const uses = createUses(store as unknown as Parameters<typeof createUses>[0])
    uses.note(value, 100_000)
    expect(touched).to.deep.equal([])
    await uses.settle()
    expect(touched).to.deep.equal([['o', 's', 100_000, 40_001]])
  })

  it('refuses nobody when it cannot be written, as on a full disk', async () => {
    const store = {
      async touchValue() {
        throw new Error('disk full')
      },
    }
    const uses = createUses(store as unknown as Parameters<typeof createUses>[0])
    uses.note(value, 100_000)
    await uses.settle()
  })

  it('leaves out a use within a minute after one that was noted', async () => {
    const store = {touchValue: () => expect.fail('written')}
    const uses = createUses(store as unknown as Parameters<typeof createUses>[0])
    uses.note({...value, lastUsedAt: 40_001}, 100_000)
    await uses.settle()
  })
})
