import {rejects} from 'node:assert/strict'
import {truncateSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import fc from 'fast-check'
import {keepInTransaction, type RepeatedReads} from '../../../../src/service/store/keep-reads.ts'
import {migrate} from '../../../../src/service/store/sql/migrate.ts'
import {createSqlSession} from '../../../../src/service/store/sql/store.ts'
import {createSqliteEngine} from '../../../../src/service/store/sqlite/engine.ts'
import type {Store, StoreSession} from '../../../../src/service/store/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {
  auditRow,
  deploymentRow,
  NOW,
  ORG,
  OTHER_ORG,
  seedStore,
  signingKey,
  tokenRole,
  tokenRow,
  valueRow,
} from '../store-rows.ts'
import {openTestStore} from './sqlite-folder.ts'

const HASHES = [1, 2, 3].map((number) => String(number).repeat(64))

type Change = (session: StoreSession, number: number) => Promise<unknown>

/** Changes of what is read by key. Each can be repeated, and some change nothing. */
const CHANGES: Record<string, Change> = {
  'a new token': async (session, number) => {
    const id = `new-${number}`
    await session.insertToken(tokenRow({id}), [tokenRole()])
    await session.insertValue(valueRow('0', {tokenId: id, sha256: number.toString(16).padStart(64, 'a')}))
  },
  'an update': async (session, number) => {
    const found = await session.findToken(ORG, 'astro', 't1')
    if (found) await session.updateToken(found, {...found, name: `name-${number}`, revision: found.revision + 1})
  },
  'other roles': (session, number) => session.replaceTokenRoles(ORG, 't2', [tokenRole({role: `ROLE_${number}`})]),
  'a secret that ends': async (session, number) => {
    const [value] = await session.listValues(ORG, 't2', {live: true})
    if (value) await session.updateValue({...value, state: 'ended', endedAt: number, endReason: 'rotated'})
  },
  'another secret of a token': async (session, number) => {
    const [pending] = (await session.listValues(ORG, 't1', {live: true})).filter(({state}) => state === 'pending')
    if (pending) return session.updateValue({...pending, state: 'ended', endedAt: number, endReason: 'undelivered'})
    const sha256 = number.toString(16).padStart(64, 'b')
    return session.insertValue(valueRow('0', {tokenId: 't1', sha256, state: 'pending', validFrom: NOW + number}))
  },
  'a use': (session, number) => session.touchValue(ORG, HASHES[0] ?? '', NOW + number, NOW + number),
  'a deletion that begins': (session, number) =>
    session.beginDeletion(ORG, [{scope: 'DEPLOYMENT', ownerId: 'dep'}], NOW + number),
  'a deletion that ends': (session) => session.endDeletion(ORG, [{scope: 'DEPLOYMENT', ownerId: 'dep'}]),
  'roles that are removed': (session) => session.deleteEntityRoles(ORG, 'DEPLOYMENT', 'dep'),
  'a new deployment': (session, number) => session.insertDeployment(deploymentRow({id: `dep-${number}`})),
  'a deployment that is deleted': (session) => session.deleteDeployment(ORG, 'other'),
  'a workspace that is deleted': async (session) => session.deleteWorkspace(OTHER_ORG, 'ws'),
  'an organization that is deleted': (session, number) => session.deleteOrganization(OTHER_ORG, number),
  'a new signing key': (session, number) => session.insertSigningKey(signingKey(`key-${number}`, NOW + number)),
  'an audit row': (session, number) => session.insertAudit(auditRow({id: `audit-${number}`})),
}

async function fill(session: StoreSession): Promise<void> {
  await session.insertSigningKey(signingKey('key', NOW))
  await session.insertDeployment(deploymentRow({id: 'dep'}))
  await session.insertDeployment(deploymentRow({id: 'other'}))
  for (const [index, sha256] of HASHES.entries()) {
    const id = `t${index + 1}`
    await session.insertToken(tokenRow({id}), [tokenRole()])
    await session.insertValue(valueRow('0', {tokenId: id, sha256}))
  }
}

/** Read everything that is kept, with ids that do not exist. */
async function readAll(reads: RepeatedReads) {
  const byId = <Row extends {id: string}>(rows: Row[]) => rows.toSorted((a, b) => a.id.localeCompare(b.id))
  return {
    tokens: await Promise.all([...HASHES, 'f'.repeat(64)].map((sha256) => reads.findTokenByHash(ORG, sha256))),
    organizations: await Promise.all([ORG, OTHER_ORG, 'none'].map((id) => reads.findOrganization(id))),
    workspaces: [
      ...byId(await reads.findWorkspaces(ORG, ['ws', 'none', 'ws'])),
      ...byId(await reads.findWorkspaces(OTHER_ORG, ['ws'])),
    ],
    deployments: byId(await reads.findDeployments(ORG, ['other', 'dep', 'dep-1', 'dep-2', 'dep-3'])),
  }
}

/** Read everything that transactions keep, with keys for several owners. */
async function readAllInTransaction(session: StoreSession) {
  const owners = [
    [ORG, 'DEPLOYMENT', 'dep'],
    [ORG, 'DEPLOYMENT', 'other'],
    [ORG, 'WORKSPACE', 'dep'],
    [OTHER_ORG, 'DEPLOYMENT', 'dep'],
  ] as const
  const keys = owners.map(([organizationId, scope, ownerId]) =>
    session.findActiveKey(NOW + 1_000_000, organizationId, {scope, ownerId}),
  )
  return {...(await readAll(session)), keys: await Promise.all(keys)}
}

const sequences = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(2)), {minLength: 1, maxLength: 12})

describe('SQLite: reads that are kept until someone changes the store', () => {
  let file: string
  let stores: Store[]
  let kept: RepeatedReads
  beforeEach(async () => {
    file = join(tempFolder(), 'tokenry.db')
    stores = [(await openTestStore(file)).store, (await openTestStore(file)).store]
    await stores[0]?.transaction(fill)
    kept = stores[0]?.keepReads() as RepeatedReads
  })
  afterEach(async () => {
    for (const store of stores) await store.close()
  })

  for (const [what, change] of Object.entries(CHANGES)) {
    for (const [who, index] of [
      ['this', 0],
      ['another', 1],
    ] as const) {
      it(`see ${what} by ${who} process with the next read`, async () => {
        const store = stores[index] as Store
        await readAll(kept)
        await store.transaction((session) => change(session, 1)).catch(() => {})
        expect(await readAll(kept)).to.deep.equal(await readAll(stores[1] as Store))
      })
    }
  }

  it('return what is committed, for any sequence of changes by two processes', async () => {
    let number = 0
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        for (const [what, by] of sequence) {
          number++
          await stores[by % 2]
            ?.transaction((session) => CHANGES[what]?.(session, number) ?? Promise.resolve())
            .catch(() => {})
          expect(await readAll(kept)).to.deep.equal(await readAll(stores[1] as Store))
        }
      }),
      {numRuns: 30},
    )
  })

  it('do not see a change before its commit, and see it afterwards', async () => {
    const store = stores[0] as Store
    const before = await readAll(kept)
    await store.transaction(async (session) => {
      await session.replaceTokenRoles(ORG, 't1', [tokenRole({role: 'OTHER_ROLE'})])
      expect(await readAll(kept)).to.deep.equal(before)
    })
    const {tokens} = await readAll(kept)
    expect(tokens[0]?.token.roles[0]?.role).to.equal('OTHER_ROLE')
  })

  it('send no statement for what is kept, and one again after a change', async () => {
    const rows = await kept.findTokenByHash(ORG, HASHES[0] ?? '')
    expect(await kept.findTokenByHash(ORG, HASHES[0] ?? '')).to.equal(rows)
    await stores[1]?.transaction((session) => session.insertAudit(auditRow({id: 'more'})))
    const again = await kept.findTokenByHash(ORG, HASHES[0] ?? '')
    expect(again).to.deep.equal(rows)
    expect(again).to.not.equal(rows)
  })

  it('keep nothing that does not exist', async () => {
    expect(await kept.findTokenByHash(ORG, 'f'.repeat(64))).to.equal(null)
    expect(await kept.findTokenByHash('none', HASHES[0] ?? '')).to.equal(null)
    expect(await kept.findDeployments('none', ['dep'])).to.deep.equal([])
  })

  it('throw if the files of the store are lost, although the rows are kept', async () => {
    await readAll(kept)
    truncateSync(file)
    await new Promise(setImmediate)
    await rejects(kept.findOrganization(ORG), {code: 'CONFIG'})
  })
})

describe('SQLite: reads in transactions that are committed together', () => {
  it('return what a session without kept rows returns, for any sequence of changes', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const engine = createSqliteEngine(new DatabaseSync(':memory:'), 'the store in memory')
        await engine.transaction((connection) => migrate(connection, {from: 0, nowMs: NOW}))
        await engine.transaction(async (connection) => {
          const plain = createSqlSession(connection)
          await seedStore(plain)
          await fill(plain)
          const session = keepInTransaction(plain)
          let number = 0
          for (const [what] of sequence) {
            await readAllInTransaction(session)
            number++
            await CHANGES[what]?.(session, number).catch(() => {})
            expect(await readAllInTransaction(session)).to.deep.equal(await readAllInTransaction(plain))
          }
        })
        await engine.close()
      }),
      {numRuns: 100},
    )
  })

  it('keep the key to sign with while only tokens are written, at any time, and only for its owner', async () => {
    const {store} = await openTestStore(join(tempFolder(), 'tokenry.db'))
    await store.transaction(fill)
    await store.transaction(async (session) => {
      const find = (nowMs: number, ownerId = 'dep') => session.findActiveKey(nowMs, ORG, {scope: 'DEPLOYMENT', ownerId})
      const found = await find(NOW)
      expect(found).to.deep.equal({id: 'key', isOwnerEnding: false})
      for (const what of ['a new token', 'an update', 'other roles', 'a secret that ends', 'an audit row']) {
        await CHANGES[what]?.(session, 1)
        expect(await find(NOW + 9), what).to.equal(found)
      }
      await CHANGES['a deletion that begins']?.(session, 1)
      expect(await find(NOW)).to.deep.equal({id: 'key', isOwnerEnding: true})
      expect(await find(NOW, 'other')).to.deep.equal({id: 'key', isOwnerEnding: false})
    })
    await store.close()
  })

  it('see what an earlier one has written, and nothing of one that was rolled back', async () => {
    const {store} = await openTestStore(join(tempFolder(), 'tokenry.db'))
    await store.transaction(fill)
    const nameOf = async (session: StoreSession) => (await session.findTokenByHash(ORG, HASHES[0] ?? ''))?.token.name
    const rename = (name: string, fails: boolean) =>
      store.transaction(async (session) => {
        const found = await session.findTokenByHash(ORG, HASHES[0] ?? '')
        if (!found) throw new Error('It is there')
        await session.updateToken(found.token, {...found.token, name, revision: found.token.revision + 1})
        expect(await nameOf(session)).to.equal(name)
        if (fails) throw new Error('rolled back')
      })
    const names = await Promise.allSettled([
      store.transaction(nameOf),
      rename('first', false),
      store.transaction(nameOf),
      rename('second', true),
      store.transaction(nameOf),
    ])
    expect(names.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message))).to.deep.equal([
      'ci',
      undefined,
      'first',
      'rolled back',
      'first',
    ])
    await store.close()
  })
})
