import {rejects} from 'node:assert/strict'
import {existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import type {Store} from '../../../../src/service/store/store.ts'
import {StoreLostError} from '../../../../src/service/store/store-lost-error.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {ORG, tokenRow} from '../store-rows.ts'
import {runChild} from './run-child.ts'
import {contentsOf, makeTestStore, openTestStore} from './sqlite-folder.ts'

/** Ways to lose a store in use: a name, the action, and a part of the error message. */
const LOSSES: [string, (file: string) => void, string][] = [
  ['the database is removed', (file) => rmSync(file), 'tokenry.db was removed'],
  ['the database is moved away', (file) => renameSync(file, `${file}.old`), 'tokenry.db was removed or moved'],
  ['the -wal file is removed', (file) => rmSync(`${file}-wal`), 'tokenry.db-wal was removed'],
  ['the -shm file is removed', (file) => rmSync(`${file}-shm`), 'tokenry.db-shm was removed'],
  ['the folder is moved away', (file) => renameSync(join(file, '..'), `${join(file, '..')}-old`), 'was removed'],
  ['the folder is deleted', (file) => rmSync(join(file, '..'), {recursive: true}), 'was removed'],
  ['the database is replaced by a copy', replaceByCopy, 'tokenry.db was replaced'],
  ['the -wal file is replaced', (file) => replaceByEmpty(`${file}-wal`), 'tokenry.db-wal was replaced'],
  ['the -shm file is replaced', (file) => replaceByEmpty(`${file}-shm`), 'tokenry.db-shm was replaced'],
  ['the database is emptied', (file) => truncateSync(file, 0), 'tokenry.db was truncated'],
  ['the end of the database is cut off', (file) => truncateSync(file, 8192), 'tokenry.db was truncated'],
  ['the -wal file is emptied', (file) => truncateSync(`${file}-wal`), 'tokenry.db-wal was truncated'],
  ['the end of the -wal file is cut off', (file) => cutOff(`${file}-wal`), 'tokenry.db-wal was truncated'],
  ['the -shm file is emptied', (file) => truncateSync(`${file}-shm`), 'tokenry.db-shm was truncated'],
]

describe('SQLite: a store that is lost while it is in use', () => {
  let file: string
  let store: Store
  beforeEach(async () => {
    file = join(tempFolder(), 'data/tokenry.db')
    await makeTestStore(file)
    store = (await openTestStore(file)).store
    await store.insertToken(tokenRow(), [])
  })
  afterEach(() => store.close())

  for (const [name, lose, words] of LOSSES) {
    it(`neither reads nor commits any more if ${name}, and reports it`, async () => {
      lose(file)
      await setImmediate()
      const isLost = (err: unknown) => err instanceof StoreLostError && err.message.includes(words)
      await rejects(store.findToken(ORG, 'astro', 'token'), isLost)
      await rejects(store.insertToken(tokenRow({id: 'late'}), []), isLost)
      expect(await store.lost)
        .to.include({code: 'CONFIG'})
        .and.satisfy(isLost)
      expect((await store.lost).details.hint)
        .to.contain('ls -la')
        .and.to.contain('mv ')
    })
  }

  it('is detected if a symbolic link no longer leads to it', async () => {
    const link = join(file, '../../link.db')
    symlinkSync(file, link)
    const linked = (await openTestStore(link)).store
    rmSync(link)
    await setImmediate()
    await rejects(linked.findToken(ORG, 'astro', 'token'), {code: 'CONFIG', message: /link\.db was removed/})
    expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(1)
  })

  it('rolls back a transaction during which it was lost', async () => {
    const failing = store.transaction(async (session) => {
      await session.insertToken(tokenRow({id: 'late'}), [])
      renameSync(file, `${file}.old`)
    })
    await rejects(failing, {code: 'CONFIG', message: /was removed/})
    renameSync(`${file}.old`, file)
    await setImmediate()
    expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(1)
  })

  it('does not change on close what another process has created at the same paths', async () => {
    rmSync(`${file}-wal`)
    writeFileSync(`${file}-wal`, 'of another process')
    const before = readFileSync(file)
    await store.close()
    expect(readFileSync(`${file}-wal`, 'utf8')).to.equal('of another process')
    expect(readFileSync(file).equals(before)).to.equal(true)
  })

  it('continues to work if another program has made it shorter but kept it complete', async () => {
    await store.transaction(async (session) => {
      for (let n = 0; n < 300; n++)
        await session.insertToken(tokenRow({id: `t-${n}`, description: 'x'.repeat(1000)}), [])
    })
    const other = new DatabaseSync(file)
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const before = await reading(store, () => statSync(file).size)
    other.exec(`DELETE FROM token WHERE id LIKE 't-%'; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)`)
    other.close()
    expect(await reading(store, () => statSync(file).size)).to.be.lessThan(before)
    await store.insertToken(tokenRow({id: 'late'}), [])
    expect(await store.listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: 999})).to.have.lengthOf(2)
  })
})

describe('SQLite: what is left of another store', () => {
  /** Return a store whose newest changes are only in its -wal file. */
  async function makeKilledStore(): Promise<{folder: string; file: string}> {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    await runChild({file, tokens: 3, kill: true})
    expect(existsSync(`${file}-wal`)).to.equal(true)
    return {folder, file}
  }

  for (const [name, change, words] of [
    ['the database is missing', (file: string) => rmSync(file), 'tokenry.db is missing'],
    ['the database is empty', (file: string) => truncateSync(file, 0), 'tokenry.db is empty'],
    ['only the -wal file is there', only('-wal'), 'tokenry.db-wal of it is there'],
    ['only the -shm file is there', only('-shm'), 'tokenry.db-shm of it is there'],
    ['only a -journal file is there', onlyJournal, 'tokenry.db-journal of it is there'],
  ] as const) {
    it(`stays unchanged, and no new store is created, if ${name}`, async () => {
      const {folder, file} = await makeKilledStore()
      change(file)
      const before = contentsOf(folder)
      await rejects(openTestStore(file), (err: {code: string; message: string; details: {hint?: string}}) => {
        expect(err.code).to.equal('CONFIG')
        expect(err.message).to.contain(words)
        expect(err.details.hint).to.contain(`mv ${file}*`)
        return true
      })
      expect(contentsOf(folder)).to.deep.equal(before)
    })
  }

  it('does not include the files of a process that is killed while it creates the first store', async () => {
    const states: [string, (file: string) => unknown][] = [
      ['nothing', () => {}],
      ['the file', (file) => writeFileSync(file, '')],
      ['the file and the -journal file of its first page', writeFirstPageJournal],
      ['a first page and an empty -wal file', (file) => runChild({file, killInSeed: true})],
    ]
    for (const [name, leave] of states) {
      const file = join(tempFolder(), 'tokenry.db')
      await leave(file)
      const {store, storage} = await openTestStore(file)
      expect(storage.created, name).to.equal(true)
      await store.close()
      expect(Object.keys(contentsOf(join(file, '..'))), name).to.deep.equal(['tokenry.db'])
    }
  })
})

function writeFirstPageJournal(file: string): void {
  writeFileSync(file, '')
  writeFileSync(`${file}-journal`, Buffer.alloc(512))
}

function cutOff(path: string): void {
  truncateSync(path, statSync(path).size - 1)
}

function replaceByCopy(file: string): void {
  writeFileSync(`${file}.new`, readFileSync(file))
  renameSync(`${file}.new`, file)
}

function replaceByEmpty(path: string): void {
  rmSync(path)
  writeFileSync(path, '')
}

function only(end: string): (file: string) => void {
  return (file) => {
    for (const path of [file, `${file}-wal`, `${file}-shm`]) if (path !== file + end) rmSync(path)
  }
}

function onlyJournal(file: string): void {
  only('')(file)
  renameSync(file, `${file}-journal`)
}

/** Let the store check its files, and then run `look`. */
async function reading<T>(store: Store, look: () => T): Promise<T> {
  await setImmediate()
  await store.readInstallation()
  return look()
}
