import {expect} from 'chai'
import {entityAt, type TokenEntity} from '../../../src/operations/astro/entity.ts'
import {listTokens, type SortKey} from '../../../src/operations/astro/list-tokens.ts'
import type {Runtime} from '../../../src/runtime/runtime.ts'
import type {AstroApi, AstroToken} from '../../../src/vendors/astro/api.ts'
import {createAstroTarget} from '../../support/astro-target.ts'
import {TEST_NOW} from '../../support/run-tokenry.ts'

/** Moments in different forms, oldest first. Some are less than a second apart. */
const TIMES = [
  ['year one thousand', '1000-01-01T00:00:00Z'],
  ['1970', '1970-01-01T00:00:00Z'],
  ['before the second', '2026-11-22T11:59:59.999Z'],
  ['with an offset behind', '2026-11-22T07:00:00-05:00'],
  ['a fraction later', '2026-11-22T12:00:00.500Z'],
  ['with an offset ahead', '2026-11-22T14:00:01+02:00'],
  ['9999', '9999-12-31T23:59:59Z'],
  ['five digits', '+010000-01-01T00:00:00Z'],
  ['five digits and more', '+012026-11-22T12:00:00Z'],
] as const

describe('a list sorted by a time', () => {
  for (const [key, field] of [
    ['created', 'createdAt'],
    ['expires', 'endAt'],
    ['last-used', 'lastUsedAt'],
    ['last-rotated', 'lastRotatedAt'],
  ] satisfies [SortKey, keyof AstroToken][]) {
    it(`is sorted by the moment, not by its text: --sort ${key}`, async () => {
      const order = [4, 8, 0, 2, 6, 1, 7, 3, 5]
      const tokens = order.map((index) => tokenWith(TIMES[index]?.[0] ?? '', {[field]: TIMES[index]?.[1]}))
      const others = key === 'created' ? [] : [tokenWith('never', {}), tokenWith('no time', {[field]: 'soon'})]
      const sorted = async (descending: boolean) => {
        const listed = await listTokens(RUNTIME, {entity: entityOf([...others, ...tokens]), sort: {key, descending}})
        return listed.map(({name}) => name)
      }
      const names = TIMES.map(([name]) => name)
      const last = others.map(({name}) => name)
      expect(await sorted(false)).to.deep.equal([...names, ...last])
      expect(await sorted(true)).to.deep.equal([...names.toReversed(), ...last])
    })
  }
})

const RUNTIME = {now: () => TEST_NOW} as unknown as Runtime

function tokenWith(name: string, times: Partial<AstroToken>): AstroToken {
  return {
    id: name,
    name,
    description: '',
    scope: 'ORGANIZATION',
    kind: 'STANDARD',
    shortToken: '',
    startAt: '2026-11-22T12:00:00Z',
    createdAt: '2026-11-22T12:00:00Z',
    updatedAt: '2026-11-22T12:00:00Z',
    roles: [],
    ...times,
  }
}

function entityOf(tokens: AstroToken[]): TokenEntity {
  const api = {listTokens: async () => ({tokens, limit: 100, offset: 0, totalCount: tokens.length})}
  const target = createAstroTarget({api: api as unknown as AstroApi, capabilities: {}}, {organizationId: 'org'})
  return entityAt(target, {scope: 'ORGANIZATION', id: 'org', name: 'default', isSeen: true})
}
