import type {DatabaseSync, StatementSync} from 'node:sqlite'
import type {SqlConnection, SqlEngine, SqlValue} from '../sql/engine.ts'
import {StoreLostError} from '../store-lost-error.ts'
import {withStoreErrors} from './errors.ts'
import {retryWhileLocked} from './lock.ts'
import type {StoreFiles} from './lost-store.ts'
import {createWriter} from './writer.ts'

/**
 * The number of prepared statements to keep. Lists have a different text for each combination of
 * filter and sort.
 */
const STATEMENTS_MAX = 200

export interface SqliteEngineParts {
  /** Undefined for a store without files or a read-only one. */
  files?: StoreFiles | undefined
  /**
   * Open a second connection, which only reads. Undefined for a store in memory, which has one
   * connection.
   */
  openReader?: (() => DatabaseSync) | undefined
}

/**
 * Create an engine that many callers in this process share. Transactions wait in the queue of the
 * writer (writer.ts). A read never waits for them: while a transaction is open, it runs on a
 * connection of its own, which does not see uncommitted data. Only a store in memory has no such
 * connection, so a read waits for the end of the transaction.
 */
export function createSqliteEngine(db: DatabaseSync, file: string, parts: SqliteEngineParts = {}): SqlEngine {
  const {files, openReader} = parts
  const connect = createDirectConnections(db, file)
  const direct = connect()
  const {promise: lost, resolve: lose} = Promise.withResolvers<StoreLostError>()
  const check = () => withStoreErrors(file, () => checkFiles(files, lose))
  const checkFirst = oncePerLoopTurn(check)
  const writer = createWriter({
    db,
    file,
    connect,
    checkBegin: checkFirst,
    checkCommit: check,
    noteCommit: () => files?.noteCommit(),
    readsElsewhere: openReader !== undefined,
  })
  const reader = openReader && createReader(file, {openReader, check})

  /** Check here too: if a mapped -shm file was truncated, the system kills who accesses it. */
  function read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return retryWhileLocked(async () => {
      checkFirst()
      if (!db.isTransaction) return work(direct)
      if (reader) return work(reader.connect())
      await writer.untilIdle()
      return work(direct)
    })
  }

  return {
    all: (sql, params) => read((connection) => connection.all(sql, params)),
    rows: (sql, params) => read((connection) => connection.rows(sql, params)),
    run: (sql, params) => writer.transaction((tx) => tx.run(sql, params)),
    transaction: writer.transaction,
    readVersion:
      reader &&
      (() => {
        checkFirst()
        return reader.readVersion()
      }),
    lost,
    async close() {
      await writer.close()
      closeDatabase([reader?.opened(), db], check)
    },
  }
}

/** Open the connection for reads when it is needed first: a command on its own never needs it. */
function createReader(file: string, {openReader, check}: {openReader: () => DatabaseSync; check: () => void}) {
  let opened: {db: DatabaseSync; connection: SqlConnection; version: StatementSync} | undefined

  function open() {
    if (opened) return opened
    const db = withStoreErrors(file, openReader)
    // Between the last check and the opening, another file may have come to the path.
    check()
    const version = db.prepare('PRAGMA data_version')
    version.setReturnArrays(true)
    opened = {db, version, connection: createDirectConnections(db, file)()}
    return opened
  }

  return {
    opened: () => opened?.db,
    connect: (): SqlConnection => open().connection,
    /** It is another number after a commit of any other connection, also of this process. */
    readVersion(): number {
      const [version] = open().version.get() as unknown as [number]
      return version
    },
  }
}

/** A connection that counts what it has changed. */
export interface DirectConnection extends SqlConnection {
  /** Return how many rows its statements have inserted, changed or deleted so far. */
  countChanges(): number
}

interface Prepared {
  statement: StatementSync
  /** The names of the columns. They are read when they are needed first: that takes 10 µs. */
  names?: string[]
}

/**
 * Return a function that creates objects for one connection to the database, which share the
 * prepared statements. Such a connection is for transactions: it never waits, and a nested
 * transaction joins the outer one.
 */
function createDirectConnections(db: DatabaseSync, file: string): () => DirectConnection {
  const prepare = createPreparer(db)
  return () => {
    let changes = 0
    const read = (prepared: Prepared, sql: string, params: SqlValue[]): SqlValue[][] => {
      const rows = prepared.statement.all(...params) as unknown as SqlValue[][]
      // A statement with RETURNING returns the rows that it has changed.
      if (!sql.startsWith('SELECT')) changes += rows.length
      return rows
    }
    const connection: DirectConnection = {
      all: async <Row>(sql: string, params: SqlValue[]) =>
        withStoreErrors(file, () => {
          const prepared = prepare(sql)
          return toObjects<Row>(prepared, read(prepared, sql, params))
        }),
      rows: async (sql, params) => withStoreErrors(file, () => read(prepare(sql), sql, params)),
      async run(sql, params) {
        // Some errors end the transaction. A work that ignored one would write outside of it.
        if (!db.isTransaction) throw new Error('An error has ended the transaction')
        const changed = withStoreErrors(file, () => Number(prepare(sql).statement.run(...params).changes))
        changes += changed
        return changed
      },
      transaction: (work) => work(connection),
      countChanges: () => changes,
    }
    return connection
  }
}

function createPreparer(db: DatabaseSync): (sql: string) => Prepared {
  const statements = new Map<string, Prepared>()
  return (sql) => {
    const known = statements.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    const [oldest] = statements.keys()
    if (statements.size >= STATEMENTS_MAX && oldest !== undefined) statements.delete(oldest)
    const prepared = {statement}
    statements.set(sql, prepared)
    return prepared
  }
}

/**
 * Convert rows from arrays. The objects that node:sqlite creates have no prototype, and copying one
 * costs more than reading it.
 */
function toObjects<Row>(prepared: Prepared, rows: SqlValue[][]): Row[] {
  if (rows.length === 0) return []
  const names = prepared.names ?? prepared.statement.columns().map((column) => column.name)
  prepared.names = names
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    names.forEach((name, index) => {
      row[name] = values[index]
    })
    return row as Row
  })
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
 * Close the connections, unless the files are lost. SQLite would write its -wal file into the file
 * that is there now. Then it would delete the file at the path of the -wal file, which may belong
 * to another process.
 */
function closeDatabase(connections: (DatabaseSync | undefined)[], check: () => void): void {
  const open = connections.filter((db) => db !== undefined).filter((db) => db.isOpen)
  if (open.length === 0) return
  try {
    check()
  } catch (err) {
    if (err instanceof StoreLostError) {
      for (const db of open) leftOpen.add(db)
      return
    }
  }
  for (const db of open) db.close()
}

/**
 * Node closes a database that is garbage collected, so keep a reference. Node also closes a
 * database when the environment ends, which process.exit() prevents.
 */
const leftOpen = new Set<DatabaseSync>()
