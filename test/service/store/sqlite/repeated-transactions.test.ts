import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {migrate} from '../../../../src/service/store/sql/migrate.ts'
import {createSqlStore} from '../../../../src/service/store/sql/store.ts'
import {createSqliteEngine} from '../../../../src/service/store/sqlite/engine.ts'
import type {Store} from '../../../../src/service/store/store.ts'
import {repeatTransactions} from '../../../support/engines.ts'
import {deploymentRow, NOW, ORG, seedStore, tokenRow} from '../store-rows.ts'
import {storeSuite} from '../store-suite.ts'

async function openRepeatingStore(): Promise<Store> {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA foreign_keys = ON')
  const engine = createSqliteEngine(db, 'the store in memory')
  await engine.transaction((connection) => migrate(connection, {from: 0, nowMs: NOW}))
  const store = createSqlStore(repeatTransactions(engine))
  await store.transaction(seedStore)
  return store
}

storeSuite({name: 'SQLite, each transaction run twice', open: openRepeatingStore})

describe('an engine that runs the work of a transaction again', () => {
  let store: Store
  beforeEach(async () => {
    store = await openRepeatingStore()
  })
  afterEach(() => store.close())

  it('keeps what the last run wrote, and returns what the last run returned', async () => {
    let runs = 0
    const result = await store.transaction(async (session) => {
      runs += 1
      expect(await session.countTokens(ORG, {vendor: 'astro'})).to.equal(0)
      await session.insertToken(tokenRow({id: `run-${runs}`}), [])
      return runs
    })
    expect([runs, result]).to.deep.equal([2, 2])
    const kept = await store.listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: 9})
    expect(kept.map(({id}) => id)).to.deep.equal(['run-2'])
  })

  it('reads the directory again in each run and after each change of it', async () => {
    const times = {createdAt: NOW, updatedAt: NOW}
    const organization = {organizationId: 'org-c', uuid: 'c', name: 'c', ...times}
    const seen = await store.transaction(async (session) => {
      const look = async () => [
        await session.findOrganization('org-c'),
        (await session.findWorkspaces(ORG, ['ws-2', 'ws'])).length,
        (await session.findDeployments(ORG, ['dep'])).length,
      ]
      const looks = [await look()]
      for (const change of [
        () => session.insertOrganization(organization),
        () => session.insertWorkspace({organizationId: ORG, id: 'ws-2', name: 'new', description: '', ...times}),
        () => session.insertDeployment(deploymentRow()),
        () => session.deleteDeployment(ORG, 'dep'),
        () => session.deleteWorkspace(ORG, 'ws-2'),
        () => session.deleteOrganization('org-c', NOW),
      ]) {
        await change()
        looks.push(await look())
      }
      return looks
    })
    expect(seen).to.deep.equal([
      [null, 1, 0],
      [organization, 1, 0],
      [organization, 2, 0],
      [organization, 2, 1],
      [organization, 2, 0],
      [organization, 1, 0],
      [null, 1, 0],
    ])
  })
})
