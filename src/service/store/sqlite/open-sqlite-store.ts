import {chmodSync, existsSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import {pathToFileURL} from 'node:url'
import {migrate} from '../sql/migrate.ts'
import {SCHEMA_VERSION} from '../sql/schema.ts'
import {createSqlSession, createSqlStore} from '../sql/store.ts'
import type {Store, StoreSession} from '../store.ts'
import {createSqliteEngine} from './engine.ts'
import {
  CANTOPEN,
  foreignDatabaseError,
  isSqliteError,
  isWritable,
  newerSchemaError,
  READONLY,
  readOnlyError,
  toStoreError,
  unfinishedError,
  withStoreErrors,
} from './errors.ts'
import {loadSqlite} from './load-sqlite.ts'
import {retryWhileLocked} from './lock.ts'
import {watchStoreFiles} from './lost-store.ts'
import {prepareStoreFile} from './prepare-file.ts'

export interface SqliteStoreOptions {
  /**
   * The path of the database. A missing folder is created with mode 0700, a missing file with 0600.
   */
  file: string
  /**
   * Fill a new store. It runs once, in the transaction that creates the schema, even if several
   * processes start together.
   */
  seed: (session: StoreSession) => Promise<void>
  /** Epoch milliseconds. */
  now: () => number
}

export interface OpenedStore {
  store: Store
  storage: SqliteStorage
}

export interface SqliteStorage {
  engine: 'sqlite'
  /** The path of the database. */
  file: string
  /** Whether this call created the schema and ran `seed`. */
  created: boolean
  /**
   * Only reads work, and writes of other processes may stay invisible. That is acceptable for a
   * command, but not for a server.
   */
  readOnly: boolean
}

/**
 * Open the store in this file, and create or upgrade it if needed. Throw CONFIG if the file is
 * damaged, newer than this program, not writable, on a full disk, or writable by others. Throw
 * TIMEOUT if other processes hold it for more than 10 seconds.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<OpenedStore> {
  try {
    const {file, identity} = prepareStoreFile(options.file)
    const opened = await retryWhileLocked(() => withStoreErrors(file, () => openDatabase(file)))
    const {db, readOnly} = opened
    try {
      const created = await prepareDatabase(opened, {...options, file})
      const watched = {file, link: options.file, opened: identity, bytesInUse: () => measureUsedBytes(db)}
      const files = readOnly ? undefined : watchStoreFiles(watched)
      const storage = {engine: 'sqlite', file: options.file, created, readOnly} as const
      const openReader = readOnly ? undefined : () => connect(file, {readOnly: true})
      return {store: createSqlStore(createSqliteEngine(db, file, {files, openReader})), storage}
    } catch (err) {
      db.close()
      throw err
    }
  } catch (err) {
    throw toStoreError(err, options.file)
  }
}

interface OpenedDatabase {
  db: DatabaseSync
  version: number
  readOnly: boolean
}

/** Open a database that is ours and not newer than this program. Write nothing to it. */
function openDatabase(file: string): OpenedDatabase {
  const readOnly = !isWritable(file) || !isWritable(dirname(file))
  if (readOnly) return {...inspect(connectReadOnly(file), file), readOnly}
  if (existsSync(formatWalPath(file))) {
    // Closing a connection that may write moves a leftover -wal file into the database, even if the
    // schema is too new. So read the version through a read-only connection first.
    const probe = inspect(connect(file, {readOnly: true}), file)
    probe.db.close()
  }
  return {...inspect(connect(file, {readOnly}), file), readOnly}
}

export function connect(path: string | URL, {readOnly}: {readOnly: boolean}): DatabaseSync {
  const {DatabaseSync} = loadSqlite()
  return new DatabaseSync(path, {readOnly})
}

/**
 * Open a database for reading. If the folder is read-only and has no -wal file, SQLite cannot read
 * a database in WAL mode, unless it treats the file as immutable. With a -wal file, SQLite reads it
 * the usual way or reports that it cannot.
 */
function connectReadOnly(file: string): DatabaseSync {
  if (isWritable(dirname(file)) || existsSync(formatWalPath(file))) return connect(file, {readOnly: true})
  return connectImmutable(file)
}

/**
 * Connect without locks, and without a -wal or -shm file. Writes of other processes are not seen.
 */
export function connectImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return connect(url, {readOnly: true})
}

export function inspect(db: DatabaseSync, file: string): {db: DatabaseSync; version: number} {
  try {
    return {db, version: readVersion(db, file)}
  } catch (err) {
    db.close()
    const unfinished =
      isSqliteError(err, READONLY, CANTOPEN) && existsSync(formatWalPath(file)) && !isWritable(dirname(file))
    throw unfinished ? unfinishedError(file, err) : err
  }
}

/** Return the version of the schema; 0 for an empty database. */
function readVersion(db: DatabaseSync, file: string): number {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
  if (tables.length === 0) return 0
  if (!tables.some(({name}) => name === 'migration')) throw foreignDatabaseError(file)
  const version = Number(db.prepare('SELECT MAX(version) AS version FROM migration').get()?.['version'])
  if (version > SCHEMA_VERSION) throw newerSchemaError(file, version, SCHEMA_VERSION)
  return version
}

/** Return true if this call created the schema, false if it only checked or upgraded it. */
async function prepareDatabase(
  {db, version, readOnly}: OpenedDatabase,
  {file, seed, now}: SqliteStoreOptions,
): Promise<boolean> {
  if (readOnly && version < SCHEMA_VERSION) throw readOnlyError(file)
  if (readOnly) return false
  tightenModes(file)
  await retryWhileLocked(() => withStoreErrors(file, () => setUp(db)))
  if (version === SCHEMA_VERSION) return false
  return createSqliteEngine(db, file).transaction(async (connection) => {
    // Read the version again: another process may have migrated before this one got the lock.
    const from = readVersion(db, file)
    await migrate(connection, {from, nowMs: now()})
    if (from > 0) return false
    await seed(createSqlSession(connection))
    return true
  })
}

function setUp(db: DatabaseSync): void {
  db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  // If two processes switch the mode at the same time, both may get BUSY.
  if (db.prepare('PRAGMA journal_mode').get()?.['journal_mode'] === 'wal') return
  // The first read after the switch creates the -wal file.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA schema_version')
}

function measureUsedBytes(db: DatabaseSync): number {
  const [pages, bytes] = ['page_count', 'page_size'].map((name) => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]))
  return (pages ?? 0) * (bytes ?? 0)
}

/**
 * Remove the read permission of others from our files. Files that others can write to were refused
 * before. A file of another owner, such as root, stays as it is.
 */
function tightenModes(file: string): void {
  for (const path of [file, formatWalPath(file), `${file}-shm`]) {
    const stat = statSync(path, {throwIfNoEntry: false})
    if (stat?.uid === process.getuid?.() && stat && (stat.mode & 0o077) !== 0) chmodSync(path, stat.mode & 0o700)
  }
}

export function formatWalPath(file: string): string {
  return `${file}-wal`
}
