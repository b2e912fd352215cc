import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {AppError} from '../../../errors/app-error.ts'
import type {SqlConnection, SqlEngine, SqlValue, TransactionOptions} from '../sql/engine.ts'
import {StoreLostError} from '../store-lost-error.ts'
import {withStoreErrors} from './errors.ts'
import {isLockedError, LOCK_WAIT_MS, monotonicMs, retryWhileLocked, waitForLock} from './lock.ts'
import type {StoreFiles} from './lost-store.ts'

/**
 * The number of prepared statements to keep. Lists have a different text for each combination of
 * filter and sort.
 */
const STATEMENTS_MAX = 200

/**
 * Create an engine on one SQLite connection that many callers in this process share. They take
 * turns. A transaction has the connection for itself until it ends. A read outside it waits,
 * because on the same connection it would see uncommitted data. A turn never waits for a lock of
 * another process: a transaction that cannot begin ends its turn and retries later.
 *
 * `files` is undefined for a store without files or a read-only one.
 */
export function createSqliteEngine(db: DatabaseSync, file: string, files?: StoreFiles): SqlEngine {
  const direct = createDirectConnection(db, file)
  const takeTurn = createQueue()
  const beginInOrder = createQueue()
  const {promise: lost, resolve: lose} = Promise.withResolvers<StoreLostError>()
  const check = () => withStoreErrors(file, () => checkFiles(files, lose))
  const checkFirst = oncePerLoopTurn(check)

  function read<T>(work: () => Promise<T>): Promise<T> {
    return retryWhileLocked(() =>
      takeTurn(async () => {
        checkFirst()
        return work()
      }),
    )
  }

  /** Return `locked` if another process holds the write lock. */
  function tryTransaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<Begun<T>> {
    return takeTurn(async () => {
      // Check here too: SQLite maps the -shm file into memory. If the file was truncated, the
      // system kills a process that accesses the map.
      checkFirst()
      const locked = begin(db, file)
      if (locked) return locked
      const result = await finishTransaction(db, file, {work: () => work(direct), check})
      files?.noteCommit()
      return {result}
    })
  }

  const waitForBegin = createLockWait()
  async function transaction<T>(
    work: (connection: SqlConnection) => Promise<T>,
    {wait = true}: TransactionOptions = {},
  ): Promise<T> {
    const calledMs = wait ? monotonicMs() : 0
    const begun = await tryTransaction(work)
    if ('result' in begun) return begun.result
    if (!wait) throw begun.locked
    return beginInOrder(() => waitForBegin(calledMs, () => tryTransaction(work)))
  }

  return {
    all: (sql, params) => read(() => direct.all(sql, params)),
    rows: (sql, params) => read(() => direct.rows(sql, params)),
    run: (sql, params) => transaction((tx) => tx.run(sql, params)),
    transaction,
    lost,
    close: () => takeTurn(async () => closeDatabase(db, check)),
  }
}

/** Return a function that runs the given work one at a time, in the order of the calls. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
}

/**
 * Create the connection that a transaction uses. It never waits, and a nested transaction joins the
 * outer one.
 */
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

/**
 * Convert rows from arrays. The objects that node:sqlite creates have no prototype, and copying one
 * costs more than reading it.
 */
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

type Begun<T> = {result: T} | {locked: AppError}

/**
 * Return a function that waits for the write lock without holding a turn. It throws TIMEOUT after
 * another process has held the lock for 10 seconds since `calledMs`. Transactions that queue behind
 * each other time out together, not each 10 seconds after the previous one.
 */
function createLockWait() {
  let lockedSinceMs: number | undefined
  return async <T>(calledMs: number, attempt: () => Promise<Begun<T>>): Promise<T> => {
    for (;;) {
      const begun = await attempt()
      if ('result' in begun) {
        lockedSinceMs = undefined
        return begun.result
      }
      lockedSinceMs ??= monotonicMs()
      if (monotonicMs() >= Math.max(lockedSinceMs, calledMs) + LOCK_WAIT_MS) throw begun.locked
      await waitForLock()
    }
  }
}

/**
 * Take the write lock if no other process holds it.
 *
 * IMMEDIATE, because a transaction that first reads and later writes could fail with an error that
 * waiting does not resolve.
 */
function begin(db: DatabaseSync, file: string): {locked: AppError} | null {
  try {
    withStoreErrors(file, () => db.exec('BEGIN IMMEDIATE'))
    return null
  } catch (err) {
    if (err instanceof AppError && isLockedError(err)) return {locked: err}
    throw err
  }
}

async function finishTransaction<T>(
  db: DatabaseSync,
  file: string,
  {work, check}: {work: () => Promise<T>; check: () => void},
): Promise<T> {
  try {
    const result = await work()
    check()
    withStoreErrors(file, () => db.exec('COMMIT'))
    return result
  } catch (err) {
    rollBack(db)
    throw err
  }
}

/**
 * After some errors SQLite has already rolled back. A failed rollback is ignored, because the error
 * of the transaction is the one to report.
 */
function rollBack(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
  } catch {}
}

function checkFiles(files: StoreFiles | undefined, lose: (err: StoreLostError) => void): void {
  try {
    files?.check()
  } catch (err) {
    if (err instanceof StoreLostError) lose(err)
    throw err
  }
}

/**
 * Run `work` once per turn of the event loop. A request does all its work in one turn, so one check
 * of the files before it is enough.
 */
function oncePerLoopTurn(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    work()
    done = true
    setImmediate(() => {
      done = false
    })
  }
}

/**
 * Close the database, unless its files are lost. SQLite would write its -wal file into the file
 * that is there now. Then it would delete the file at the path of the -wal file, which may belong
 * to another process.
 */
function closeDatabase(db: DatabaseSync, check: () => void): void {
  if (!db.isOpen) return
  try {
    check()
  } catch (err) {
    if (err instanceof StoreLostError) {
      leftOpen.add(db)
      return
    }
  }
  db.close()
}

/**
 * Node closes a database that is garbage collected, so keep a reference. Node also closes a
 * database when the environment ends, which process.exit() prevents.
 */
const leftOpen = new Set<DatabaseSync>()
