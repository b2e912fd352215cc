import {rejects} from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {chmodSync, chownSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {SCHEMA_VERSION} from '../../../../src/service/store/sql/schema.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {openSqliteStore} from '../../../../src/service/store/sqlite/open-sqlite-store.ts'
import type {Store} from '../../../../src/service/store/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {NOW, ORG, seedStore, tokenRow} from '../store-rows.ts'
import {runChild} from './run-child.ts'
import {contentsOf, makeTestStore, openTestStore} from './sqlite-folder.ts'

const {DatabaseSync} = loadSqlite()
const PAGE_BYTES = 4096
/**
 * A user who is not root. Root may write anywhere, so tests that run as root switch to this user.
 */
const GUEST = 65534
const isRoot = process.getuid?.() === 0

describe('SQLite: a store of a newer version', () => {
  it('is refused and no byte of it is changed', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    execute(file, `INSERT INTO migration (version, applied_at) VALUES (${SCHEMA_VERSION + 1}, 0)`)
    await refusesUntouched(folder, /newer version of tokenry \(schema \d+, this version supports \d+\)/)
  })

  it('is refused and no byte is changed, even if the newer version was killed', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    const script = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1])
      db.exec('INSERT INTO migration (version, applied_at) VALUES (${SCHEMA_VERSION + 1}, 0)')
      process.kill(process.pid, 'SIGKILL')`
    expect(spawnSync(process.execPath, ['-e', script, file]).signal).to.equal('SIGKILL')
    expect(readFileSync(`${file}-wal`)).to.not.have.length(0)
    await refusesUntouched(folder, /newer version of tokenry/)
  })
})

describe('SQLite: a file that is not a store', () => {
  it('is refused and not changed if another program created it', async () => {
    const folder = tempFolder()
    execute(join(folder, 'tokenry.db'), 'CREATE TABLE recipe (name TEXT)')
    await refusesUntouched(folder, /database of another program/)
  })

  it('is refused and not changed if it is not a database', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'tokenry.db'), 'not a database '.repeat(1000))
    await refusesUntouched(folder, /is damaged/)
  })

  it('is refused if it is a folder', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'tokenry.db'))
    await refuses(join(folder, 'tokenry.db'), /cannot be used/)
  })

  it('is refused if a part of its path is a file', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'data'), '')
    await refuses(join(folder, 'data/tokenry.db'), /cannot be used/)
  })
})

describe('SQLite: a damaged store', () => {
  it('is refused and not changed if its end is missing', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    truncateSync(file, 10 * PAGE_BYTES + 100)
    await refusesUntouched(folder, /is damaged/)
  })

  it('is refused and not changed if its first page is overwritten after the header', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    overwrite(file, {from: 100, to: PAGE_BYTES})
    await refusesUntouched(folder, /is damaged/)
  })

  it('is refused and not changed if all other pages are overwritten', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    overwrite(file, {from: PAGE_BYTES, to: readFileSync(file).length})
    await refusesUntouched(folder, /is damaged/)
  })

  it('reports the damage, and changes nothing, if only a list or a change reads the damaged part', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    const before = readFileSync(file).length
    await makeTestStore(file, (store) => fill(store, 200))
    overwrite(file, {from: before, to: readFileSync(file).length})
    const damaged = contentsOf(folder)

    const {store} = await openTestStore(file)
    const list = store.listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: 1000})
    await rejects(list, {code: 'CONFIG', message: new RegExp(`^${file} is damaged`)})
    const change = store.transaction(async (session) => {
      await session.insertOrganization({organizationId: 'org-c', uuid: 'c', name: 'c', createdAt: NOW, updatedAt: NOW})
      await session.insertToken(tokenRow({id: 't-0500'}), [])
    })
    await rejects(change, {code: 'CONFIG', message: new RegExp(`^${file} is damaged`)})
    await store.close()
    expect(contentsOf(folder)).to.deep.equal(damaged)
  })
})

describe('SQLite: a folder that cannot be written', () => {
  it('is refused, with the file named, if there is no store yet', async () => {
    const folder = tempFolder()
    const {result} = await inUnwritable(folder, () => runChild({file: join(folder, 'data/tokenry.db'), ...asGuest()}))
    expect(result.error).to.include({code: 'CONFIG'})
    expect(result.error?.message).to.contain(join(folder, 'data/tokenry.db'))
    expect(contentsOf(folder)).to.deep.equal({})
  })

  it('allows an existing store to be read and refuses to change it', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file, (store) => fill(store, 3))
    const before = contentsOf(folder)
    const {result} = await inUnwritable(folder, () => runChild({file, ...asGuest(), tokens: 1}))
    expect(result.opened).to.deep.equal({created: false, readOnly: true, installation: 'i-1', tokenCount: 3})
    expect(result.error).to.include({code: 'CONFIG'})
    expect(result.error?.message).to.match(new RegExp(`^${file} cannot be written`))
    expect(result.after).to.deep.equal({tokenCount: 3, smallWrite: 'CONFIG'})
    expect(contentsOf(folder)).to.deep.equal(before)
  })

  it('shows what a killed process committed, even if it was not checkpointed', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    await runChild({file, tokens: 3, kill: true})
    const before = contentsOf(folder)
    const {result} = await inUnwritable(folder, () => runChild({file, ...asGuest()}))
    expect(result.opened).to.include({readOnly: true, tokenCount: 4})
    expect(withoutIndex(contentsOf(folder))).to.deep.equal(withoutIndex(before))
  })

  it('refuses to read, instead of showing less than there is, if SQLite cannot read all of it', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    await runChild({file, tokens: 3, kill: true})
    rmSync(`${file}-shm`)
    const {result} = await inUnwritable(folder, () => runChild({file, ...asGuest()}))
    expect(result).to.not.have.property('opened')
    expect(result.error).to.include({code: 'CONFIG'})
    expect(result.error?.message).to.match(new RegExp(`^${file} has changes in ${file}-wal`))
  })

  it('behaves in the same way on a disk that is mounted read-only', async function () {
    const folder = tempFolder()
    if (!mountSmallDisk(folder)) this.skip()
    try {
      const file = join(folder, 'tokenry.db')
      await makeTestStore(file, (store) => fill(store, 3))
      execFileSync('mount', ['-o', 'remount,ro', folder])
      const {store, storage} = await openTestStore(file)
      expect(storage.readOnly).to.equal(true)
      expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(3)
      await rejects(store.insertToken(tokenRow(), []), {code: 'CONFIG', message: /cannot be written/})
      await store.close()
      await refuses(join(folder, 'new/tokenry.db'), /cannot be written/)
    } finally {
      execFileSync('umount', [folder])
    }
  })

  it('is refused if others own the file and do not share it', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    chmodSync(folder, 0o755)
    chmodSync(file, 0o000)
    const {result} = await runChild({file, ...asGuest()})
    expect(result.error).to.include({code: 'CONFIG'})
    expect(result.error?.message).to.contain(file)
  })
})

describe('SQLite: a full disk', () => {
  it('is reported, the change writes nothing, and the store works again when there is space', async function () {
    const folder = tempFolder()
    if (!mountSmallDisk(folder)) this.skip()
    try {
      const file = join(folder, 'tokenry.db')
      const {store} = await openTestStore(file)
      await fill(store, 3)
      const ballast = fillDisk(folder)
      await rejects(fill(store, 1000), {code: 'CONFIG', message: new RegExp(`^${file} cannot grow: the disk is full`)})
      expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(3)
      rmSync(ballast)
      await fill(store, 100)
      expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(103)
      await store.close()
    } finally {
      execFileSync('umount', [folder])
    }
  })

  it('is reported if a new store does not fit', async function () {
    const folder = tempFolder()
    if (!mountSmallDisk(folder)) this.skip()
    try {
      fillDisk(folder)
      await refuses(join(folder, 'tokenry.db'), /the disk is full/)
    } finally {
      execFileSync('umount', [folder])
    }
  })

  it('is like a file size limit: a change that exceeds it writes nothing, and later changes work', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tokenry.db')
    await makeTestStore(file)
    const {result} = await runChild({file, tokens: 3000}, {fileBlocksMax: 1000})
    expect(result.error).to.include({code: 'CONFIG'})
    expect(result.error?.message).to.contain(file)
    expect(result.after).to.deep.equal({tokenCount: 0, smallWrite: 'true'})
    await makeTestStore(file, async (store) => expect(await store.countTokens(ORG, {vendor: 'astro'})).to.equal(1))
  })
})

async function refuses(file: string, message: RegExp): Promise<void> {
  const opening = openSqliteStore({file, now: () => NOW, seed: seedStore})
  await rejects(opening, (err: {code?: unknown; message: string; details: {hint?: string}}) => {
    expect(err).to.include({code: 'CONFIG'})
    expect(err.message).to.match(message).and.to.contain(file)
    expect(err.details.hint).to.be.a('string')
    return true
  })
}

async function refusesUntouched(folder: string, message: RegExp): Promise<void> {
  const before = contentsOf(folder)
  await refuses(join(folder, 'tokenry.db'), message)
  expect(withoutIndex(contentsOf(folder))).to.deep.equal(withoutIndex(before))
}

/** Remove the -shm file, an index of the -wal file. SQLite may recreate it at any time. */
function withoutIndex({'tokenry.db-shm': _, ...contents}: Record<string, string>): Record<string, string> {
  return contents
}

function execute(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

function overwrite(file: string, {from, to}: {from: number; to: number}): void {
  writeFileSync(file, readFileSync(file).fill(0xa5, from, to))
}

/** Insert tokens of about a thousand bytes each, in one transaction. */
function fill(store: Store, count: number): Promise<void> {
  return store.transaction(async (session) => {
    for (let index = 0; index < count; index++) {
      const id = `t-${count}-${index}`
      await session.insertToken(tokenRow({id, description: 'x'.repeat(1000)}), [])
    }
  })
}

function asGuest(): {uid?: number} {
  return isRoot ? {uid: GUEST} : {}
}

/**
 * Run `work` while the folder and its files belong to the user of the child, but cannot be written.
 */
async function inUnwritable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const names = Object.keys(contentsOf(folder))
  if (isRoot) for (const path of [folder, ...names.map((name) => join(folder, name))]) chownSync(path, GUEST, GUEST)
  chmodSync(folder, 0o500)
  return work().finally(() => chmodSync(folder, 0o700))
}

/** Mount a disk of one megabyte in this folder. Return false if this user may not mount one. */
function mountSmallDisk(folder: string): boolean {
  return isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder]).status === 0
}

/** Fill all free space with a file, and return its path. */
function fillDisk(folder: string): string {
  const ballast = join(folder, 'ballast')
  spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k'])
  return ballast
}
