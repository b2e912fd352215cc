import {rejects} from 'node:assert/strict'
import {join} from 'node:path'
import type {DatabaseSync as Database} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import {createSqliteEngine} from '../../../../src/service/store/sqlite/engine.ts'
import {toStoreError} from '../../../../src/service/store/sqlite/errors.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const {DatabaseSync} = loadSqlite()

const SCHEMA = `CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY);
  CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED, text TEXT)`

describe('SQLite engine', () => {
  let file: string
  let db: Database
  beforeEach(() => {
    file = join(tempFolder(), 'tokenry.db')
    db = new DatabaseSync(file)
    db.exec(SCHEMA)
  })
  afterEach(() => db.close())

  it('rolls back a transaction whose COMMIT fails, and continues to work', async () => {
    const engine = createSqliteEngine(db, file)
    // COMMIT checks a deferred foreign key.
    const failing = engine.transaction((tx) => tx.run('INSERT INTO child (parent_id) VALUES (?)', [1]))
    await rejects(failing, /FOREIGN KEY/)
    expect(db.isTransaction).to.equal(false)
    expect(await engine.all('SELECT parent_id FROM child', [])).to.deep.equal([])
    await engine.transaction((tx) => tx.run('INSERT INTO parent (id) VALUES (?)', [1]))
    expect(await engine.all('SELECT id FROM parent', [])).to.deep.equal([{id: 1}])
  })

  it('runs a nested transaction as a part of the outer one', async () => {
    const engine = createSqliteEngine(db, file)
    const failing = engine.transaction(async (tx) => {
      await tx.transaction((inner) => inner.run('INSERT INTO parent (id) VALUES (?)', [1]))
      throw new Error('no more')
    })
    await rejects(failing, /no more/)
    expect(await engine.all('SELECT id FROM parent', [])).to.deep.equal([])
  })

  it('returns rows as cells in the order of the SELECT, and sees the rows of a transaction only after its end', async () => {
    const engine = createSqliteEngine(db, file)
    const text = 'a\0b\n\u{1F600}'
    const writing = engine.transaction(async (tx) => {
      await tx.run('INSERT INTO parent (id) VALUES (?)', [Number.MAX_SAFE_INTEGER])
      await tx.run('INSERT INTO child (text, parent_id) VALUES (?, ?)', [text, null])
      await tx.run('INSERT INTO child (text, parent_id) VALUES (?, ?)', [null, Number.MAX_SAFE_INTEGER])
    })
    const read = () => engine.rows('SELECT text, parent_id FROM child ORDER BY parent_id', [])
    expect(await read()).to.deep.equal([])
    await writing
    expect(await read()).to.deep.equal([
      [text, null],
      [null, Number.MAX_SAFE_INTEGER],
    ])
  })

  it('runs more different statements than it keeps prepared', async () => {
    const engine = createSqliteEngine(db, file)
    for (let number = 0; number < 500; number++) {
      expect(await engine.all(`SELECT ${number} AS "number"`, [])).to.deep.equal([{number}])
    }
    expect(await engine.all('SELECT 0 AS "number"', [])).to.deep.equal([{number: 0}])
  })

  it('throws TIMEOUT if another connection has locked the database', async () => {
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const engine = createSqliteEngine(db, file)
    const locked = {code: 'TIMEOUT', message: `${file} is locked by another process`}
    // Transactions that wait behind the first one do not wait another ten seconds each.
    const waiting = [1, 2, 3].map((id) => engine.run('INSERT INTO parent (id) VALUES (?)', [id]))
    await Promise.all(waiting.map((each) => rejects(each, locked)))
    other.close()
    expect(await engine.run('INSERT INTO parent (id) VALUES (1)', [])).to.equal(1)
  })

  it('reads while transactions wait for another connection, and runs these in order when it releases the lock', async () => {
    const other = new DatabaseSync(file)
    db.exec('PRAGMA journal_mode = WAL')
    other.exec('BEGIN IMMEDIATE')
    const engine = createSqliteEngine(db, file)
    const events: string[] = []
    const insert = (id: number) =>
      engine.run('INSERT INTO parent (id) VALUES (?)', [id]).then(() => events.push(`written ${id}`))
    const writing = [insert(1), insert(2), insert(3)]
    for (let round = 0; round < 3; round++) {
      expect(await engine.all('SELECT id FROM parent', [])).to.deep.equal([])
      await setImmediate()
    }
    events.push('read')
    other.close()
    await Promise.all(writing)
    expect(events).to.deep.equal(['read', 'written 1', 'written 2', 'written 3'])
  })

  it('reads when another connection releases a lock that blocks even readers', async () => {
    const other = new DatabaseSync(file)
    other.exec('BEGIN EXCLUSIVE')
    const engine = createSqliteEngine(db, file)
    const events: string[] = []
    const reading = engine.all('SELECT id FROM parent', []).then(() => events.push('read'))
    await setImmediate()
    events.push('let go')
    other.close()
    await reading
    expect(events).to.deep.equal(['let go', 'read'])
  })

  it('throws TIMEOUT immediately, and runs nothing, if it must not wait', async () => {
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const engine = createSqliteEngine(db, file)
    const never = () => Promise.reject(new Error('it runs'))
    await rejects(engine.transaction(never, {wait: false}), {code: 'TIMEOUT'})
    expect(other.isTransaction).to.equal(true)
    other.close()
    await engine.transaction((tx) => tx.run('INSERT INTO parent (id) VALUES (1)', []), {wait: false})
    expect(await engine.all('SELECT id FROM parent', [])).to.deep.equal([{id: 1}])
  })

  it('throws CONFIG, and says that the disk is full, if the database cannot grow', async () => {
    db.exec('PRAGMA max_page_count = 4')
    const engine = createSqliteEngine(db, file)
    await rejects(engine.run('INSERT INTO child (text) VALUES (?)', ['x'.repeat(100_000)]), {
      code: 'CONFIG',
      message: `${file} cannot grow: the disk is full; nothing was changed`,
    })
    expect(await engine.all('SELECT text FROM child', [])).to.deep.equal([])
  })
})

describe('errors of the store', () => {
  it('keep the cause and its message out of message and hint', () => {
    const cause = Object.assign(new Error('inner words'), {code: 'ERR_SQLITE_ERROR', errcode: 11})
    const err = toStoreError(cause, '/data/tokenry.db')
    expect(err).to.be.instanceOf(AppError).and.include({code: 'CONFIG', cause})
    expect(JSON.stringify([(err as AppError).message, (err as AppError).details.hint])).to.not.contain('inner words')
  })

  it('quote paths in hints for a shell, with spaces and quotes too', () => {
    const cause = Object.assign(new Error('full'), {code: 'ERR_SQLITE_ERROR', errcode: 11})
    const err = toStoreError(cause, "/no such/it's/tokenry.db") as AppError
    expect(err.details.hint).to.contain(`mv '/no such/it'\\''s/tokenry.db'* '/no such/it'\\''s'/damaged/`)
  })

  it('name the nearest existing folder if the folder of the store cannot be created', () => {
    const folder = tempFolder()
    const cause = Object.assign(new Error('denied'), {code: 'EACCES', syscall: 'mkdir'})
    const err = toStoreError(cause, join(folder, 'a/b/tokenry.db')) as AppError
    expect(err.details.hint).to.contain(`ls -la ${folder};`)
  })

  it('do not replace an error that is not about the database', () => {
    const broken = Object.assign(new Error('CHECK constraint failed'), {code: 'ERR_SQLITE_ERROR', errcode: 275})
    const others = [broken, new Error('ours'), new AppError('NOT_FOUND', 'no'), 'text', undefined]
    for (const err of others) expect(toStoreError(err, '/data/tokenry.db')).to.equal(err)
  })
})
