import {migrate} from '../sql/migrate.ts'
import {createSqlSession, createSqlStore} from '../sql/store.ts'
import type {Store} from '../store.ts'
import {createSqliteEngine} from './engine.ts'
import {loadSqlite} from './load-sqlite.ts'
import type {SqliteStoreOptions} from './open-sqlite-store.ts'

/** Open a store in memory. It is lost when the process ends. */
export async function openMemoryStore({seed, now}: Omit<SqliteStoreOptions, 'file'>): Promise<Store> {
  const {DatabaseSync} = loadSqlite()
  const db = new DatabaseSync(':memory:')
  // SQLite must not sort in a temporary file either.
  db.exec('PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY')
  const engine = createSqliteEngine(db, 'the store in memory')
  await engine.transaction(async (connection) => {
    await migrate(connection, {from: 0, nowMs: now()})
    await seed(createSqlSession(connection))
  })
  return createSqlStore(engine)
}
