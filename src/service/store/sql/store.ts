import {memoizeDirectory} from '../directory-memo.ts'
import type {Store, StoreSession} from '../store.ts'
import {auditMethods} from './audit.ts'
import {deletionMethods} from './deletions.ts'
import {directoryMethods} from './directory.ts'
import type {SqlConnection, SqlEngine} from './engine.ts'
import {installationMethods} from './installation.ts'
import {createFolder, type NoteDeltas} from './token-counts.ts'
import {tokenViewMethods} from './token-views.ts'
import {tokenMethods} from './tokens.ts'
import {valueMethods} from './values.ts'

/** Create the store on an engine that runs the SQL in this folder. */
export function createSqlStore(engine: SqlEngine): Store {
  const note = createFolder(engine)
  return {
    ...createSqlSession(engine, note),
    transaction: (work, options) =>
      engine.transaction((connection) => work(memoizeDirectory(createSqlSession(connection, note))), options),
    lost: engine.lost,
    close: () => engine.close(),
  }
}

/** `note` is absent for the session that fills a new store: its few rows are folded later. */
export function createSqlSession(connection: SqlConnection, note: NoteDeltas = () => {}): StoreSession {
  return {
    ...installationMethods(connection),
    ...directoryMethods(connection),
    ...tokenMethods(connection, note),
    ...tokenViewMethods(connection, note),
    ...valueMethods(connection),
    ...auditMethods(connection),
    ...deletionMethods(connection),
  }
}
