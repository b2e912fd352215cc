import {rejects} from 'node:assert/strict'
import {chmodSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {SCHEMA_VERSION} from '../../../../src/service/store/sql/schema.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {openSqliteStore} from '../../../../src/service/store/sqlite/open-sqlite-store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {NOW, ORG, seedStore, tokenRow} from '../store-rows.ts'
import {storeSuite} from '../store-suite.ts'
import {runChild, startChild} from './run-child.ts'
import {contentsOf, makeTestStore, modeOf, openTestStore} from './sqlite-folder.ts'

const {DatabaseSync} = loadSqlite()

storeSuite({
  name: 'SQLite',
  open: async () => (await openTestStore(join(tempFolder(), 'tokenry.db'))).store,
})

describe('SQLite: a new store', () => {
  it('creates folders of mode 0700 and files of mode 0600, no matter what the umask is', async () => {
    const root = tempFolder()
    const umask = process.umask(0)
    const {store} = await openTestStore(join(root, 'a/b/tokenry.db')).finally(() => process.umask(umask))
    await store.insertToken(tokenRow(), [])
    const modes = ['a', 'a/b', 'a/b/tokenry.db', 'a/b/tokenry.db-wal', 'a/b/tokenry.db-shm'].map((name) =>
      modeOf(join(root, name)),
    )
    await store.close()
    expect(modes).to.deep.equal(['700', '700', '600', '600', '600'])
    expect(Object.keys(contentsOf(join(root, 'a/b')))).to.deep.equal(['tokenry.db'])
  })

  it('is created once: a later opening finds what was written', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    const first = await openTestStore(file)
    expect(first.storage).to.deep.equal({engine: 'sqlite', file, created: true, readOnly: false})
    await first.store.insertToken(tokenRow(), [])
    await first.store.close()

    const never = () => Promise.reject(new Error('seeded again'))
    const second = await openSqliteStore({file, seed: never, now: () => NOW + 1})
    expect(second.storage).to.include({created: false, readOnly: false})
    expect(await second.store.findToken(ORG, 'astro', 'token')).to.include({name: 'ci'})
    await second.store.close()
  })

  it('records which migrations were applied and when', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    await makeTestStore(file)
    const db = new DatabaseSync(file)
    const rows = db.prepare('SELECT version, applied_at FROM migration').all()
    db.close()
    const versions = Array.from({length: SCHEMA_VERSION}, (_, index) => index + 1)
    expect(rows.map((row) => ({...row}))).to.deep.equal(versions.map((version) => ({version, applied_at: NOW})))
  })

  it('is created by the next opening if the seed failed', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    const fault = new Error('no seed')
    const failing = openSqliteStore({
      file,
      now: () => NOW,
      seed: async (session) => {
        await seedStore(session)
        throw fault
      },
    })
    await rejects(failing, (err) => err === fault)
    const {store, storage} = await openTestStore(file)
    expect(storage.created).to.equal(true)
    await store.close()
  })

  it('is one installation if eight processes start concurrently on an empty folder', async () => {
    const file = join(tempFolder(), 'data/tokenry.db')
    const children = Array.from({length: 8}, () => startChild({file, wait: true, tokens: 0}))
    await Promise.all(children.map((child) => child.ready))
    for (const child of children) child.go()
    const finished = await Promise.all(children.map((child) => child.finished))

    expect(finished.map(({result}) => result.error)).to.deep.equal(Array(8).fill(undefined))
    expect(finished.filter(({result}) => result.opened?.created)).to.have.length(1)
    expect(new Set(finished.map(({result}) => result.opened?.installation)).size).to.equal(1)
    expect(finished.map(({stderr}) => stderr).join('')).to.equal('')
  })
})

describe('SQLite: an existing store', () => {
  it('is in WAL mode and immediately shows what another connection has committed', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    const [first, second] = [await openTestStore(file), await openTestStore(file)]
    await first.store.insertToken(tokenRow(), [])
    expect(await second.store.findToken(ORG, 'astro', 'token')).to.include({name: 'ci'})
    await first.store.close()
    await second.store.close()
    // Bytes 18 and 19 of the header: 2 for WAL (https://sqlite.org/fileformat2.html).
    expect([...readFileSync(file).subarray(18, 20)]).to.deep.equal([2, 2])
  })

  it('removes the permissions of others on the files, and leaves an existing folder unchanged', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    chmodSync(folder, 0o755)
    chmodSync(file, 0o644)
    const {store} = await openTestStore(file)
    await store.insertToken(tokenRow(), [])
    expect([file, `${file}-wal`, `${file}-shm`].map(modeOf)).to.deep.equal(['600', '600', '600'])
    expect(modeOf(folder)).to.equal('755')
    await store.close()
  })

  it('switches a database that was copied by a backup back to WAL mode', async () => {
    const [file, copy] = [join(tempFolder(), 'tokenry.db'), join(tempFolder(), 'tokenry.db')]
    await makeTestStore(file, (store) => store.insertToken(tokenRow(), []))
    const db = new DatabaseSync(file)
    db.prepare('VACUUM INTO ?').run(copy)
    db.close()
    await makeTestStore(copy, async (store) => expect(await store.findToken(ORG, 'astro', 'token')).to.not.equal(null))
    expect([...readFileSync(copy).subarray(18, 20)]).to.deep.equal([2, 2])
  })

  it('contains what a process committed before it was killed', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    await makeTestStore(file)
    const {result} = await runChild({file, tokens: 3, kill: true})
    expect(result.after).to.deep.equal({tokenCount: 3, smallWrite: 'true'})
    await makeTestStore(file, async (store) => expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(4))
  })

  it('can be closed twice', async () => {
    const {store} = await openTestStore(join(tempFolder(), 'tokenry.db'))
    await store.close()
    await store.close()
  })

  it('loads SQLite without a warning and does not suppress other warnings', async () => {
    const emitWarning = process.emitWarning
    loadSqlite()
    expect(process.emitWarning).to.equal(emitWarning)
    const {stderr} = await runChild({file: join(tempFolder(), 'tokenry.db')})
    expect(stderr).to.equal('')
  })
})
