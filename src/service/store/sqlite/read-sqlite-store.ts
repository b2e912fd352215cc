import {existsSync, realpathSync} from 'node:fs'
import {refuseForeign} from '../../../files/refuse-foreign.ts'
import {SCHEMA_VERSION} from '../sql/schema.ts'
import {createSqlStore} from '../sql/store.ts'
import type {Store} from '../store.ts'
import {createSqliteEngine} from './engine.ts'
import {readOnlyError, withStoreErrors} from './errors.ts'
import {connect, connectImmutable, formatWalPath, inspect} from './open-sqlite-store.ts'
import {listStorePaths} from './prepare-file.ts'

/**
 * Open the store in this file to read from it for a moment. Return null if there is none. Never
 * create, upgrade or write a store: a write through the result fails. What another process writes
 * meanwhile may be seen, in part, or not.
 *
 * @throws AppError CONFIG if the store is damaged, is of another version than this program, or if
 * others may write to it; TIMEOUT, without a retry, if another process has locked it against
 * readers
 */
export async function readSqliteStore(link: string): Promise<Store | null> {
  if (!existsSync(link)) return null
  return withStoreErrors(link, () => {
    const file = realpathSync(link)
    refuseForeign(listStorePaths(link, file))
    // A connection that may only read cannot remove the -wal and -shm files that it makes. If no
    // -wal file is there, all is in the database, and none is needed.
    const db = existsSync(formatWalPath(file)) ? connect(file, {readOnly: true}) : connectImmutable(file)
    const {version} = inspect(db, file)
    if (version === SCHEMA_VERSION) return createSqlStore(createSqliteEngine(db, file))
    db.close()
    throw readOnlyError(file)
  })
}
