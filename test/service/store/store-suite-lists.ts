import {expect} from 'chai'
import type {
  Store,
  TokenFilter,
  TokenPage,
  TokenRoleRow,
  TokenRow,
  TokenSortKey,
} from '../../../src/service/store/store.ts'
import {NOW, ORG, OTHER_ORG, tokenRole, tokenRow, valueRow} from './store-rows.ts'

export function listSuite(store: () => Store): void {
  const ids = async (filter: Partial<TokenFilter> = {}, page: Partial<TokenPage> = {}) => {
    const tokens = await store().listTokens(ORG, {vendor: 'astro', ...filter}, {offset: 0, limit: 1000, ...page})
    return tokens.map((token) => token.id)
  }
  const count = (filter: Partial<TokenFilter> = {}) => store().countTokens(ORG, {vendor: 'astro', ...filter})

  describe('lists of tokens: filters', () => {
    beforeEach(async () => {
      const member = tokenRole({entityType: 'WORKSPACE', entityId: 'ws', role: 'WORKSPACE_MEMBER'})
      await store().insertToken(tokenRow({id: 'a', scope: 'WORKSPACE'}), [member])
      await store().insertToken(tokenRow({id: 'b'}), [tokenRole(), tokenRole({role: 'custom'}), member])
      await store().insertToken(tokenRow({id: 'c', kind: 'read-scaling'}), [tokenRole({entityId: 'dep-2'})])
      await store().insertToken(tokenRow({id: 'd', deletedAt: NOW + 1}), [tokenRole()])
      await store().insertToken(tokenRow({id: 'e', vendor: 'deltastream'}), [tokenRole()])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG, id: 'f'}), [tokenRole()])
    })

    const cases: {title: string; filter: Partial<TokenFilter>; expected: string[]}[] = [
      {title: 'the live tokens of an organization and a vendor', filter: {}, expected: ['a', 'b', 'c']},
      {title: 'another vendor', filter: {vendor: 'deltastream'}, expected: ['e']},
      {title: 'live tokens by name', filter: {show: 'live'}, expected: ['a', 'b', 'c']},
      {title: 'deleted tokens', filter: {show: 'deleted'}, expected: ['d']},
      {title: 'one scope', filter: {scope: 'DEPLOYMENT'}, expected: ['b', 'c']},
      {title: 'one kind', filter: {kinds: ['read-scaling']}, expected: ['c']},
      {title: 'several kinds', filter: {kinds: ['read-scaling', 'standard']}, expected: ['a', 'b', 'c']},
      {title: 'a token with two roles on the entity once', filter: {entity: entity('dep')}, expected: ['b']},
      {title: 'deleted tokens of an entity', filter: {entity: entity('dep'), show: 'deleted'}, expected: ['d']},
      {title: 'nothing of an unknown entity', filter: {entity: entity('none')}, expected: []},
      {
        title: 'tokens that meet every condition',
        filter: {entity: {type: 'WORKSPACE', id: 'ws'}, scope: 'DEPLOYMENT', kinds: ['standard']},
        expected: ['b'],
      },
    ]
    for (const {title, filter, expected} of cases) {
      it(`shows and counts ${title}`, async () => {
        expect(await ids(filter)).to.deep.equal(expected)
        expect(await count(filter)).to.equal(expected.length)
      })
    }

    it('shows nothing of an organization that does not exist', async () => {
      expect(await store().listTokens('nowhere', {vendor: 'astro'}, {offset: 0, limit: 10})).to.deep.equal([])
      expect(await store().countTokens('nowhere', {vendor: 'astro'})).to.equal(0)
    })
  })

  describe('lists of tokens: a prefix', () => {
    beforeEach(async () => {
      const names = ['ci', 'ci-2', 'CI', 'c%i', 'deploy', 'ci-3 \u{1f680}']
      for (const [index, name] of names.entries()) {
        await store().insertToken(tokenRow({id: `t${index}`, name, createdAt: NOW - index}), [tokenRole()])
      }
      await store().insertToken(tokenRow({id: 'ci-id', name: 'other', createdAt: NOW + 1}), [])
      await store().insertToken(tokenRow({id: 'gone', name: 'ci', deletedAt: NOW}), [tokenRole()])
    })

    const cases = [
      {prefix: 'ci', expected: ['t5', 't1', 't0', 'ci-id']},
      {prefix: 'ci-3 \u{1f680}', expected: ['t5']},
      {prefix: 'c%', expected: ['t3']},
      {prefix: 'c_', expected: []},
      {prefix: 'C', expected: ['t2']},
      {prefix: 't4', expected: ['t4']},
      {prefix: '', expected: ['t5', 't4', 't3', 't2', 't1', 't0', 'ci-id']},
    ]
    for (const {prefix, expected} of cases) {
      it(`shows and counts the tokens whose name or id begins with ${JSON.stringify(prefix)}`, async () => {
        expect(await ids({prefix})).to.deep.equal(expected)
        expect(await count({prefix})).to.equal(expected.length)
      })
    }

    it('is combined with the other conditions, and limited', async () => {
      expect(await ids({prefix: 'ci', entity: entity('dep')})).to.deep.equal(['t5', 't1', 't0'])
      expect(await ids({prefix: 'ci', entity: entity('dep')}, {limit: 2})).to.deep.equal(['t5', 't1'])
    })
  })

  describe('lists of tokens: what they have in common', () => {
    const different: Partial<TokenRow>[] = [
      {},
      {scope: 'WORKSPACE'},
      {ownerId: 'other'},
      {kind: 'other'},
      {description: ''},
      {description: 'other'},
      {createdBy: 'other'},
      {updatedBy: 'other'},
      {},
    ]
    const roles: TokenRoleRow[][] = [
      [tokenRole()],
      [tokenRole({entityType: 'WORKSPACE'}), tokenRole()],
      [tokenRole({role: 'other'}), tokenRole({entityId: 'other', deploymentId: 'dep'})],
      [],
    ]

    it('returns each token as it is found by its id, no matter what other tokens have', async () => {
      for (const [index, changes] of different.entries()) {
        for (const [place, given] of roles.entries()) {
          const id = `${index}-${place}`
          await store().insertToken(tokenRow({id, name: id, ...changes}), given)
          if (place > 0) await store().insertValue(valueRow('a', {tokenId: id, sha256: id.padStart(64, '0')}))
        }
      }
      for (const entity of [undefined, {type: 'DEPLOYMENT', id: 'dep'}, {type: 'DEPLOYMENT', id: 'other'}]) {
        const filter = entity ? {vendor: 'astro', entity} : {vendor: 'astro'}
        const listed = await store().listTokens(ORG, filter, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
        expect(listed).to.have.length.greaterThan(8)
        for (const token of listed) expect(token).to.deep.equal(await store().findToken(ORG, 'astro', token.id))
      }
      expect(await ids()).to.have.length(different.length * roles.length)
      const [found] = (await store().listTokens(ORG, {vendor: 'astro'}, {offset: 17, limit: 1})).map(({roles}) => roles)
      expect(found).to.deep.equal(roles[1])
    })
  })

  describe('lists of tokens: by owner, and by one of several roles', () => {
    const dag = (changes: Partial<TokenRoleRow>) => tokenRole({entityType: 'DAG', entityId: 'etl', ...changes})
    beforeEach(async () => {
      await store().insertToken(tokenRow({id: 'a', ownerId: 'dep'}), [tokenRole(), dag({deploymentId: 'dep'})])
      await store().insertToken(tokenRow({id: 'b', ownerId: 'dep-2'}), [dag({deploymentId: 'dep-2'})])
      await store().insertToken(tokenRow({id: 'c', ownerId: 'dep-2'}), [dag({entityType: 'DAG_TAG', entityId: 'pii'})])
      await store().insertToken(tokenRow({id: 'd', ownerId: 'dep-2', kind: 'agent'}), [])
      await store().insertToken(tokenRow({id: 'e', ownerId: 'dep-2', deletedAt: NOW + 1}), [tokenRole()])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG, id: 'f'}), [dag({deploymentId: 'dep'})])
    })

    const etl = {type: 'DAG', id: 'etl'}
    const cases: {title: string; filter: Partial<TokenFilter>; expected: string[]}[] = [
      {title: 'an owner, with a role on it or without', filter: {ownerId: 'dep-2'}, expected: ['b', 'c', 'd']},
      {title: 'an owner and a kind', filter: {ownerId: 'dep-2', kinds: ['agent']}, expected: ['d']},
      {title: 'an unknown owner: none', filter: {ownerId: 'none'}, expected: []},
      {title: 'one role of any deployment', filter: {roleOnAny: {entities: [etl]}}, expected: ['a', 'b']},
      {
        title: 'one role of a deployment',
        filter: {roleOnAny: {entities: [etl], deploymentId: 'dep-2'}},
        expected: ['b'],
      },
      {
        title: 'one of several roles, each token once',
        filter: {roleOnAny: {entities: [etl, entity('dep'), {type: 'DAG_TAG', id: 'pii'}]}},
        expected: ['a', 'b', 'c'],
      },
      {title: 'an empty list of roles: none', filter: {roleOnAny: {entities: []}}, expected: []},
      {
        title: 'one of thousands of roles, some of them repeated',
        filter: {roleOnAny: {entities: [...many('DAG'), ...many('DAG_TAG'), etl, etl], deploymentId: 'dep-2'}},
        expected: ['b'],
      },
    ]
    for (const {title, filter, expected} of cases) {
      it(`shows and counts the tokens of ${title}`, async () => {
        expect(await ids(filter)).to.deep.equal(expected)
        expect(await count(filter)).to.equal(expected.length)
      })
    }
  })

  describe('counts of tokens', () => {
    it('count by owner, omit owners without live tokens, name the vendors, and count one organization only', async () => {
      for (const [id, changes] of [
        ['t1', {}],
        ['t2', {vendor: 'motherduck', scope: 'USER', ownerId: 'duck'}],
        ['t3', {}],
        ['t4', {scope: 'WORKSPACE', ownerId: 'ws'}],
        ['t5', {deletedAt: NOW, vendor: 'deltastream'}],
      ] as const) {
        await store().insertToken(tokenRow({id, ...changes}), [])
      }
      await store().insertToken(tokenRow({organizationId: OTHER_ORG}), [])
      expect(await store().countTokensByOwner(ORG)).to.deep.equal([
        {scope: 'DEPLOYMENT', ownerId: 'dep', count: 2},
        {scope: 'USER', ownerId: 'duck', count: 1},
        {scope: 'WORKSPACE', ownerId: 'ws', count: 1},
      ])
      expect(await store().listTokenVendors(ORG)).to.deep.equal(['astro', 'motherduck'])
      expect(await store().listTokenVendors('nowhere')).to.deep.equal([])
    })
  })

  describe('lists of tokens: order', () => {
    beforeEach(async () => {
      const rows = [
        tokenRow({id: 'd', createdAt: NOW + 1, name: 'beta', description: 'z', updatedAt: NOW + 4}),
        tokenRow({
          id: 'c',
          createdAt: NOW + 1,
          name: 'alpha',
          description: 'y',
          updatedAt: NOW + 3,
          validFrom: NOW + 7,
        }),
        tokenRow({id: 'b', createdAt: NOW + 2, name: 'beta', description: 'x', updatedAt: NOW + 2, validFrom: NOW + 9}),
        tokenRow({id: 'a', createdAt: NOW + 3, name: 'Beta', description: 'w', updatedAt: NOW + 1, validFrom: NOW + 8}),
      ].map((row) => ({...row, createdBy: MAKERS[row.id] ?? '', updatedBy: MAKERS[row.id] ?? ''}))
      for (const row of rows) await store().insertToken(row, [])
      await store().insertValue(valueRow('d', {tokenId: 'c', validFrom: NOW + 99, state: 'pending'}))
    })

    const cases: {key: TokenSortKey; ascending: string; descending: string}[] = [
      {key: 'name', ascending: 'acdb', descending: 'dbca'},
      {key: 'description', ascending: 'abcd', descending: 'dcba'},
      {key: 'createdAt', ascending: 'cdba', descending: 'abcd'},
      {key: 'updatedAt', ascending: 'abcd', descending: 'dcba'},
      // d has no validFrom, so it is last in both directions.
      {key: 'validFrom', ascending: 'cabd', descending: 'bacd'},
      {key: 'createdBy', ascending: 'cbda', descending: 'adbc'},
      {key: 'updatedBy', ascending: 'cbda', descending: 'adbc'},
    ]
    for (const {key, ascending, descending} of cases) {
      it(`sorts by ${key} in both directions, ties by creation and id`, async () => {
        expect(await ids({}, {sorts: [{key, descending: false}]})).to.deep.equal([...ascending])
        expect(await ids({}, {sorts: [{key, descending: true}]})).to.deep.equal([...descending])
      })
    }

    it('is in order of creation, then id, by default', async () => {
      expect(await ids()).to.deep.equal(['c', 'd', 'b', 'a'])
    })

    it('sorts by several keys, the first one first; a repeated key changes nothing', async () => {
      const byName = {key: 'name', descending: false} as const
      const byUpdate = {key: 'updatedAt', descending: false} as const
      expect(await ids({}, {sorts: [byName, byUpdate]})).to.deep.equal(['a', 'c', 'b', 'd'])
      expect(await ids({}, {sorts: [byName, {...byName, descending: true}, byUpdate]})).to.deep.equal([...'acbd'])
    })
  })

  describe('lists of tokens: pages', () => {
    beforeEach(() =>
      store().transaction(async (session) => {
        for (let number = 0; number < 1205; number++) {
          const id = `t-${String((number * 7) % 1205).padStart(4, '0')}`
          await session.insertToken(tokenRow({id, name: `ci ${id}`}), [tokenRole({role: id}), tokenRole()])
        }
      }),
    )

    it('returns every token exactly once over all pages, each with its own roles', async () => {
      const pages = []
      for (let offset = 0; offset < 1300; offset += 100) {
        pages.push(await store().listTokens(ORG, {vendor: 'astro'}, {offset, limit: 100}))
      }
      const tokens = pages.flat()
      const expected = Array.from({length: 1205}, (_, index) => `t-${String(index).padStart(4, '0')}`)
      expect(tokens.map((token) => token.id)).to.deep.equal(expected)
      expect(tokens.map((token) => token.roles[0]?.role)).to.deep.equal(expected)
      expect(tokens.every((token) => token.roles.length === 2)).to.equal(true)
    })

    it('returns all tokens in one page without a limit', async () => {
      const tokens = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
      expect(tokens.filter((token) => token.roles[0]?.role === token.id)).to.have.length(1205)
    })

    it('counts all tokens, returns nothing after the last one and nothing for a limit of 0', async () => {
      expect(await count()).to.equal(1205)
      expect(await ids({}, {offset: 1205})).to.deep.equal([])
      expect(await ids({}, {offset: 1204})).to.deep.equal(['t-1204'])
      expect(await ids({}, {limit: 0})).to.deep.equal([])
    })

    it('pages through a sort', async () => {
      const sorts = [{key: 'name', descending: true} as const]
      expect(await ids({}, {offset: 1202, limit: 2, sorts})).to.deep.equal(['t-0002', 't-0001'])
    })
  })
}

/** The creators by id. In the order of createdBy: c < local:root < x. */
const MAKERS: Record<string, string> = {a: 'token:x', b: 'token:c', c: 'token:b', d: 'local:root'}

function many(type: string): {type: string; id: string}[] {
  return Array.from({length: 3000}, (_, index) => ({type, id: `${type}-${index}`}))
}

function entity(id: string): {type: string; id: string} {
  return {type: 'DEPLOYMENT', id}
}
