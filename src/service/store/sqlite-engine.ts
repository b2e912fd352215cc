import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {setTimeout as wait} from 'node:timers/promises'
import type {SqlConnection, SqlEngine, SqlValue} from './sql-engine.ts'
import {BUSY, isSqliteError, toStoreError} from './store-errors.ts'

/** Statements kept prepared. Lists make many texts, one for each combination of filter and sort. */
const STATEMENTS_MAX = 200

/** How long a lock of another process is waited for. */
export const BUSY_TIMEOUT_MS = 10_000
/** How long one try to begin a transaction may keep this process from everything else. */
const BEGIN_TRY_MS = 100

/**
 * One SQLite connection that many callers of this process share. They take turns: a transaction has the connection to itself
 * until it is over, and what reads outside of it waits, because on one connection it would see what is not committed.
 */
export function createSqliteEngine(db: DatabaseSync, file: string): SqlEngine {
  const direct = createDirectConnection(db, file)
  let lastTurn: Promise<unknown> = Promise.resolve()
  function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(work)
    lastTurn = turn.catch(() => {})
    return turn
  }
  return {
    all: (sql, params) => takeTurn(() => direct.all(sql, params)),
    rows: (sql, params) => takeTurn(() => direct.rows(sql, params)),
    run: (sql, params) => takeTurn(() => direct.run(sql, params)),
    transaction: (work) => takeTurn(() => runTransaction(db, file, () => work(direct))),
    close: () =>
      takeTurn(async () => {
        if (db.isOpen) db.close()
      }),
  }
}

/** What a transaction works on: no waiting, and a transaction inside is a part of the one around it. */
function createDirectConnection(db: DatabaseSync, file: string): SqlConnection {
  const statements = new Map<string, StatementSync>()
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    const [oldest] = statements.keys()
    if (statements.size >= STATEMENTS_MAX && oldest !== undefined) statements.delete(oldest)
    statements.set(sql, statement)
    return statement
  }
  const connection: SqlConnection = {
    all: async <Row>(sql: string, params: SqlValue[]) =>
      withStoreErrors(file, () => toObjects<Row>(prepare(sql), params)),
    rows: async (sql, params) => withStoreErrors(file, () => readRows(prepare(sql), params)),
    run: async (sql, params) => withStoreErrors(file, () => Number(prepare(sql).run(...params).changes)),
    transaction: (work) => work(connection),
  }
  return connection
}

/** The rows that node:sqlite makes by itself have no prototype, and copying one costs more than reading it. */
function toObjects<Row>(statement: StatementSync, params: SqlValue[]): Row[] {
  const rows = readRows(statement, params)
  if (rows.length === 0) return []
  const names = statement.columns().map((column) => column.name)
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    names.forEach((name, index) => {
      row[name] = values[index]
    })
    return row as Row
  })
}

function readRows(statement: StatementSync, params: SqlValue[]): SqlValue[][] {
  return statement.all(...params) as unknown as SqlValue[][]
}

/**
 * Take the write lock. SQLite itself would wait for it without giving a signal, a timer or another caller their turn.
 *
 * IMMEDIATE: a transaction that reads first and writes later could otherwise fail for no reason that waiting mends.
 */
async function begin(db: DatabaseSync): Promise<void> {
  // Only when it is needed: the first look at `performance` takes Node 2 ms.
  let deadline: number | undefined
  for (;;) {
    try {
      db.exec(`PRAGMA busy_timeout = ${BEGIN_TRY_MS}; BEGIN IMMEDIATE`)
      return
    } catch (err) {
      deadline ??= performance.now() + BUSY_TIMEOUT_MS
      if (!isSqliteError(err, BUSY) || performance.now() > deadline) throw err
    } finally {
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
    await wait(1)
  }
}

async function runTransaction<T>(db: DatabaseSync, file: string, work: () => Promise<T>): Promise<T> {
  await begin(db).catch((err: unknown) => {
    throw toStoreError(err, file)
  })
  try {
    const result = await work()
    withStoreErrors(file, () => db.exec('COMMIT'))
    return result
  } catch (err) {
    rollBack(db)
    throw err
  }
}

/** After some errors SQLite has rolled back by itself. Why the transaction failed matters more than a failure to undo it. */
function rollBack(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
  } catch {}
}

function withStoreErrors<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (err) {
    throw toStoreError(err, file)
  }
}
