import {expect} from 'chai'
import {sortTokens, TOKEN_SORTS} from '../../../src/operations/tokens/sort-tokens.ts'
import type {TokenRecord} from '../../../src/vendors/token-port.ts'

type SortKey = keyof typeof TOKEN_SORTS

const namesBy = (tokens: TokenRecord[], key: SortKey, descending: boolean): string[] =>
  sortTokens(tokens, {readKey: TOKEN_SORTS[key], descending}).map(({name}) => name)

describe('sortTokens', () => {
  it('sorts by name, ignoring upper and lower case', () => {
    const tokens = ['b', 'C', 'a', 'B2'].map((name) => ({name}))
    expect(namesBy(tokens, 'name', false)).to.deep.equal(['a', 'b', 'B2', 'C'])
    expect(namesBy(tokens, 'name', true)).to.deep.equal(['C', 'B2', 'b', 'a'])
  })

  it('keeps equal tokens in their order, and reverses them with the rest', () => {
    const tokens = ['x', 'y', 'z'].map((name) => ({name, kind: name === 'y' ? 'A' : 'B'}))
    expect(namesBy(tokens, 'kind', false)).to.deep.equal(['y', 'x', 'z'])
    expect(namesBy(tokens, 'kind', true)).to.deep.equal(['z', 'x', 'y'])
  })

  for (const [key, field] of [
    ['created', 'createdAt'],
    ['expires', 'expiresAt'],
    ['last-used', 'lastUsedAt'],
    ['last-rotated', 'lastRotatedAt'],
    ['kind', 'kind'],
  ] satisfies [SortKey, keyof TokenRecord][]) {
    it(`puts tokens that have nothing to sort by last, in their order, in both directions: ${key}`, () => {
      const values = key === 'kind' ? ['A', 'B'] : ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.500Z']
      const tokens: TokenRecord[] = [
        {name: 'not reported'},
        ...(key === 'kind' ? [] : [{name: 'never', [field]: null}]),
        {name: 'late', [field]: values[1]},
        ...(key === 'kind' ? [] : [{name: 'no time', [field]: 'soon'}]),
        {name: 'early', [field]: values[0]},
      ]
      const last = tokens.map(({name}) => name).filter((name) => name !== 'late' && name !== 'early')
      expect(namesBy(tokens, key, false)).to.deep.equal(['early', 'late', ...last])
      expect(namesBy(tokens, key, true)).to.deep.equal(['late', 'early', ...last])
    })
  }

  it('puts them last from every position in the list, and in long lists too', () => {
    const kinds = [{kind: 'B'}, {}, {kind: 'A'}]
    const tokens: TokenRecord[] = Array.from({length: 200}, (_, n) => ({name: `${n}`, ...kinds[((n * n) % 7) % 3]}))
    const namesOf = (kind?: string) => tokens.filter((token) => token.kind === kind).map(({name}) => name)
    const [a, b, none] = [namesOf('A'), namesOf('B'), namesOf()]
    expect(namesBy(tokens, 'kind', false)).to.deep.equal([...a, ...b, ...none])
    expect(namesBy(tokens, 'kind', true)).to.deep.equal([...b.toReversed(), ...a.toReversed(), ...none])
  })

  it('does not change the given list', () => {
    const tokens = [{name: 'b'}, {name: 'a'}]
    sortTokens(tokens, {readKey: TOKEN_SORTS.name, descending: false})
    expect(tokens.map(({name}) => name)).to.deep.equal(['b', 'a'])
  })
})
