import {expect} from 'chai'
import type {Store, TokenFilter, TokenRoleRow} from '../../../src/service/store/store.ts'
import {createRandom, type Random} from '../../heavy/random.ts'
import {NOW, ORG, OTHER_ORG, tokenRow} from './store-rows.ts'

const ENTITIES = ['ws-1', 'ws-2', 'dep-1', 'dep-2', 'dag']
const KINDS = ['STANDARD', 'AGENT']
const SCOPES = ['WORKSPACE', 'DEPLOYMENT']
const ALL = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
const CHANGES = 150
/** More rows of changes than an organization keeps before they are folded. */
const MANY = 1100

/** The totals that are kept, instead of being counted for each list. */
export function countSuite(store: () => Store): void {
  describe('totals of lists', () => {
    it('are those of the listed tokens after every kind of change', async () => {
      const random = createRandom(18)
      for (let change = 0; change < CHANGES; change++) await changeSomething(store(), random, change)
      await expectTotals(store())
    })

    it('stay the same when the rows of many changes are folded, and continue from there', async () => {
      await store().transaction(async (session) => {
        for (let number = 0; number < MANY; number++) {
          await session.insertToken(tokenRow({id: `many-${number}`}), [roleOn('dep-1'), roleOn('ws-1')])
        }
      })
      await expectTotals(store())
      const many = tokenRow({id: 'many-0'})
      await store().updateToken(many, {...many, deletedAt: NOW, deletedBy: 'x', revision: 2})
      await store().deleteEntityRoles(ORG, 'WORKSPACE', 'ws-1')
      await expectTotals(store())
      expect(await store().countTokens(ORG, {vendor: 'astro'})).to.equal(MANY - 1)
      expect(await store().countTokens(ORG, {vendor: 'astro', entity: {type: 'WORKSPACE', id: 'ws-1'}})).to.equal(0)
    })

    it('do not change with a change that is refused or rolled back', async () => {
      await store().insertToken(tokenRow({uniqueName: 'ci'}), [roleOn('dep-1')])
      expect(await store().insertToken(tokenRow({id: 'second', uniqueName: 'ci'}), [roleOn('dep-1')])).to.equal(false)
      const other = tokenRow({uniqueName: 'ci', revision: 4})
      expect(await store().updateToken(other, {...other, deletedAt: NOW, deletedBy: 'x', revision: 5})).to.equal(false)
      const failing = store().transaction(async (session) => {
        await session.insertToken(tokenRow({id: 'third'}), [roleOn('dep-1')])
        throw new Error('no more')
      })
      await failing.catch(() => {})
      await expectTotals(store())
      expect(await store().countTokens(ORG, {vendor: 'astro'})).to.equal(1)
    })
  })
}

/** Pages that begin after a token, instead of at an offset. */
export function pageStartSuite(store: () => Store): void {
  describe('pages that begin after a token', () => {
    for (const key of ['createdAt', 'name'] as const) {
      for (const descending of [false, true]) {
        it(`have what the offset finds, sorted by ${key}, ${descending ? 'descending' : 'ascending'}, with ties`, async () => {
          const sorts = [{key, descending}]
          for (let number = 0; number < 24; number++) {
            const ties = {name: `n${number % 3}`, createdAt: NOW + (number % 4)}
            await store().insertToken(tokenRow({id: `t-${(number * 7) % 24}`, ...ties}), [
              roleOn('ws-1'),
              roleOn('dep-1'),
            ])
          }
          const filter = {vendor: 'astro'}
          const all = await store().listTokens(ORG, filter, {...ALL, sorts})
          for (const [index, after] of all.entries()) {
            const page = await store().listTokens(ORG, filter, {offset: 0, limit: 5, sorts, after})
            expect(page).to.deep.equal(all.slice(index + 1, index + 6))
          }
          const [first, second] = all
          if (!first || !second) return expect.fail('nothing is listed')
          await store().updateToken(first, {...first, deletedAt: NOW, deletedBy: 'x', revision: first.revision + 1})
          const [next] = await store().listTokens(ORG, filter, {offset: 9, limit: 5, sorts, after: first})
          expect(next?.id).to.equal(second.id)
        })
      }
    }

    it('begin at the offset in any other order', async () => {
      for (const id of ['a', 'b', 'c']) await store().insertToken(tokenRow({id, description: id}), [])
      const [after] = await store().listTokens(ORG, {vendor: 'astro'}, ALL)
      if (!after) return expect.fail('nothing is listed')
      for (const sorts of [
        [{key: 'description', descending: false} as const],
        [{key: 'createdAt', descending: false} as const, {key: 'name', descending: false} as const],
      ]) {
        const page = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 2, limit: 5, sorts, after})
        expect(page.map(({id}) => id)).to.deep.equal(['c'])
      }
    })
  })
}

async function changeSomething(store: Store, random: Random, number: number): Promise<void> {
  const organizationId = random.pick([ORG, ORG, OTHER_ORG])
  const live = await store.listTokens(organizationId, {vendor: 'astro'}, ALL)
  const verb = live.length < 3 ? 'create' : random.pick(['create', 'create', 'delete', 'roles', 'rename', 'entity'])
  const roles = () => Array.from({length: Math.floor(random.below(4))}, () => roleOn(random.pick(ENTITIES), random))
  if (verb === 'create') {
    const [scope, kind] = [random.pick(SCOPES), random.pick(KINDS)]
    await store.insertToken(tokenRow({organizationId, id: `t-${number}`, scope, kind}), roles())
    return
  }
  if (verb === 'entity') {
    const id = random.pick(ENTITIES)
    await store.deleteEntityRoles(organizationId, typeOf(id), id)
    return
  }
  const {roles: _roles, lastUsedAt: _used, pendingSince: _since, graceUntil: _until, ...row} = random.pick(live)
  if (verb === 'roles') await store.replaceTokenRoles(organizationId, row.id, roles())
  const ended = verb === 'delete' ? {deletedAt: NOW, deletedBy: 'x'} : {name: `renamed-${number}`}
  if (verb !== 'roles') await store.updateToken(row, {...row, ...ended, revision: row.revision + 1})
}

async function expectTotals(store: Store): Promise<void> {
  const entities = [undefined, ...ENTITIES.map((id) => ({type: typeOf(id), id}))]
  for (const organizationId of [ORG, OTHER_ORG]) {
    for (const entity of entities) {
      for (const scope of [undefined, ...SCOPES]) {
        for (const kinds of [undefined, KINDS, ['AGENT'], []]) {
          const filter: TokenFilter = {
            vendor: 'astro',
            ...(entity ? {entity} : {}),
            ...(scope ? {scope} : {}),
            ...(kinds ? {kinds} : {}),
          }
          const listed = await store.listTokens(organizationId, filter, ALL)
          expect(await store.countTokens(organizationId, filter), JSON.stringify(filter)).to.equal(listed.length)
        }
      }
    }
  }
}

function roleOn(entityId: string, random?: Random): TokenRoleRow {
  const deploymentId = entityId === 'dag' ? (random?.pick(['dep-1', 'dep-2']) ?? 'dep-1') : null
  return {entityType: typeOf(entityId), entityId, deploymentId, role: 'ADMIN'}
}

function typeOf(id: string): string {
  if (id === 'dag') return 'DAG'
  return id.startsWith('ws') ? 'WORKSPACE' : 'DEPLOYMENT'
}
