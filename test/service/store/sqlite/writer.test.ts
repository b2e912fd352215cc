import {rejects} from 'node:assert/strict'
import {join} from 'node:path'
import type {DatabaseSync as Database} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {expect} from 'chai'
import {monotonicMs, runWithDeadline} from '../../../../src/service/deadline.ts'
import type {SqlConnection, SqlEngine} from '../../../../src/service/store/sql/engine.ts'
import {createSqliteEngine} from '../../../../src/service/store/sqlite/engine.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {StoreBusyError} from '../../../../src/service/store/store-busy-error.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const {DatabaseSync} = loadSqlite()

const SCHEMA = `PRAGMA journal_mode = WAL;
  CREATE TABLE item (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);
  CREATE TRIGGER no_13 BEFORE INSERT ON item WHEN NEW.id = 13 BEGIN SELECT RAISE(ROLLBACK, 'number 13'); END`
const INSERT = 'INSERT INTO item (id, parent) VALUES (?, ?)'

describe('SQLite: transactions that wait together', () => {
  let file: string
  let db: Database
  let other: Database
  let engine: SqlEngine
  beforeEach(() => {
    file = join(tempFolder(), 'tokenry.db')
    db = new DatabaseSync(file)
    db.exec(SCHEMA)
    other = new DatabaseSync(file)
    engine = createSqliteEngine(db, file, {openReader: () => new DatabaseSync(file, {readOnly: true})})
  })
  afterEach(async () => {
    other.close()
    await engine.close()
  })

  const insert = (id: number, parent: number | null = null) => engine.run(INSERT, [id, parent])
  const committed = () =>
    other
      .prepare('SELECT id FROM item ORDER BY id')
      .all()
      .map(({id}) => Number(id))
  const outcomes = async (work: Promise<unknown>[]) => (await Promise.allSettled(work)).map(({status}) => status)

  it('are committed together, before the first of them is acknowledged', async () => {
    const seen = [1, 2, 3].map((id) => insert(id).then(committed))
    expect(await Promise.all(seen)).to.deep.equal([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  for (const failing of [0, 1, 3]) {
    it(`do not fail with the one that throws, and keep nothing of it: number ${failing} of 4`, async () => {
      const fault = new Error('no more')
      const work = [0, 1, 2, 3].map((number) =>
        engine.transaction(async (tx) => {
          await tx.run(INSERT, [number, null])
          if (number === failing) throw fault
          return number
        }),
      )
      const settled = await Promise.allSettled(work)
      expect(settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason))).to.deep.equal(
        [0, 1, 2, 3].map((number) => (number === failing ? fault : number)),
      )
      expect(committed()).to.deep.equal([0, 1, 2, 3].filter((number) => number !== failing))
    })
  }

  it('run once if one of them throws before it has written anything', async () => {
    const runs = new Map<number, number>()
    const work = [0, 1, 2, 3].map((number) =>
      engine.transaction(async (tx) => {
        runs.set(number, (runs.get(number) ?? 0) + 1)
        await tx.all('SELECT id FROM item', [])
        if (number === 1) throw new Error('refused')
        await tx.run(INSERT, [number, null])
      }),
    )
    expect(await outcomes(work)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect([...runs.values()]).to.deep.equal([1, 1, 1, 1])
    expect(committed()).to.deep.equal([0, 2, 3])
  })

  it('keep nothing of one that has written with RETURNING and throws', async () => {
    const refused = engine.transaction(async (tx) => {
      await tx.all(`${INSERT} RETURNING id`, [2, null])
      throw new Error('refused')
    })
    expect(await outcomes([insert(1), refused, insert(3)])).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(committed()).to.deep.equal([1, 3])
  })

  it('do not fail with the one that makes their COMMIT fail', async () => {
    // COMMIT checks a deferred foreign key.
    const work = [insert(1), insert(2, 99), insert(3, 1)]
    expect(await outcomes(work)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(committed()).to.deep.equal([1, 3])
  })

  it('do not fail with the one whose error rolls all of them back', async () => {
    const work = [insert(1), insert(2), insert(13), insert(4)]
    expect(await outcomes(work)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(committed()).to.deep.equal([1, 2, 4])
  })

  it('are refused if one goes on after an error that has rolled all of them back', async () => {
    const swallowing = engine.transaction(async (tx) => {
      await tx.run(INSERT, [13, null]).catch(() => {})
      await tx.run(INSERT, [14, null]).catch(() => {})
    })
    expect(await outcomes([insert(1), swallowing, insert(3)])).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(committed()).to.deep.equal([1, 3])
  })

  it('are not refused because of what another one wrote that was never committed', async () => {
    const unlessThere = (id: number) =>
      engine.transaction(async (tx) => {
        const found = await tx.all('SELECT id FROM item WHERE id = ?', [id])
        if (found.length > 0) throw new Error('It is there')
        return 'not there'
      })
    const spoil = engine.transaction(async (tx) => {
      const found = await tx.all('SELECT id FROM item WHERE id = 1', [])
      await tx.run(INSERT, [5, null])
      if (found.length > 0) throw new Error('It is there')
    })
    // The parent is missing, so the COMMIT fails.
    const [invalid, reading, writing] = await Promise.allSettled([insert(1, 99), unlessThere(1), spoil])
    expect([invalid?.status, reading?.status, writing?.status]).to.deep.equal(['rejected', 'fulfilled', 'fulfilled'])
    expect(committed()).to.deep.equal([5])
  })

  it('are committed while others that write and throw wait all the time', async () => {
    let stopped = false
    let failures = 0
    const failAgain = async (): Promise<void> => {
      if (stopped || failures >= 200) return
      const work = engine.transaction(async (tx) => {
        await tx.run(INSERT, [7, null])
        throw new Error('no')
      })
      // Another one waits before this one fails.
      await work.catch(() => failures++)
      return failAgain()
    }
    const failing = [1, 2, 3, 4].map(failAgain)
    await insert(1).then(() => {
      stopped = true
    })
    expect(failures).to.be.below(200)
    await Promise.all(failing)
    expect(committed()).to.deep.equal([1])
  })

  it('see what an earlier one has written', async () => {
    const count = (tx: SqlConnection) => tx.all('SELECT id FROM item', [])
    const [, found] = await Promise.all([insert(1), engine.transaction(count)])
    expect(found).to.deep.equal([{id: 1}])
  })

  it('do not fail with one whose error rolls all of them back, even if only one has succeeded', async () => {
    expect(await outcomes([insert(1), insert(13)])).to.deep.equal(['fulfilled', 'rejected'])
    expect(committed()).to.deep.equal([1])
  })

  it('give the event loop a turn after a few milliseconds of work', async () => {
    let turns = 0
    let ended = false
    const counting = (async () => {
      for (; !ended; turns++) await setImmediate()
    })()
    const spin = async () => {
      const endMs = monotonicMs() + 2
      while (monotonicMs() < endMs);
    }
    await Promise.all(Array.from({length: 60}, () => engine.transaction(spin)))
    ended = true
    await counting
    // Each turn has at most a few of them, however slow the machine is.
    expect(turns).to.be.at.least(15)
  })

  it('are refused, with nothing done, if a thousand of them wait already', async () => {
    const waiting = Array.from({length: 1000}, (_, number) => insert(100 + number))
    await rejects(insert(1), (err) => err instanceof StoreBusyError && /1000 changes wait/.test(err.message))
    await Promise.all(waiting)
    expect(committed()).to.have.lengthOf(1000)
    expect(await insert(1)).to.equal(1)
  })

  it('never delay a read, which does not see them before their COMMIT', async () => {
    const {promise, resolve} = Promise.withResolvers<void>()
    const read = () => engine.all('SELECT id FROM item', [])
    const open = engine.transaction(async (tx) => {
      await tx.run(INSERT, [1, null])
      await promise
    })
    while (!db.isTransaction) await setImmediate()
    expect(await read()).to.deep.equal([])
    resolve()
    await open
    expect(await read()).to.deep.equal([{id: 1}])
  })

  it('are refused when the store is closed, if another process holds the lock', async () => {
    other.exec('BEGIN IMMEDIATE')
    const waiting = rejects(insert(1), {code: 'TIMEOUT', message: /locked/})
    await engine.close()
    await waiting
  })

  it('wait for the lock of another process no longer than their request may, counted from its arrival', async () => {
    other.exec('BEGIN IMMEDIATE')
    const late = runWithDeadline(monotonicMs(), () => insert(1))
    const soon = runWithDeadline(monotonicMs() + 30, async () => {
      await rejects(insert(2), {code: 'TIMEOUT'})
      // The second wait of the same request has no time left.
      await rejects(insert(3), {code: 'TIMEOUT'})
      return 'refused twice'
    })
    const patient = insert(4)
    await rejects(late, {code: 'TIMEOUT', message: /locked/})
    expect(await soon).to.equal('refused twice')
    other.exec('ROLLBACK')
    expect(await patient).to.equal(1)
    expect(committed()).to.deep.equal([4])
  })
})
