import {memoizeDirectory} from '../directory-memo.ts'
import type {Store, StoreSession} from '../store.ts'
import {auditMethods} from './audit.ts'
import {directoryMethods} from './directory.ts'
import type {SqlConnection, SqlEngine} from './engine.ts'
import {installationMethods} from './installation.ts'
import {tokenViewMethods} from './token-views.ts'
import {tokenMethods} from './tokens.ts'
import {valueMethods} from './values.ts'

/** Create the store on an engine that runs the SQL in this folder. */
export function createSqlStore(engine: SqlEngine): Store {
  return {
    ...createSqlSession(engine),
    transaction: (work, options) =>
      engine.transaction((connection) => work(memoizeDirectory(createSqlSession(connection))), options),
    lost: engine.lost,
    close: () => engine.close(),
  }
}

export function createSqlSession(connection: SqlConnection): StoreSession {
  return {
    ...installationMethods(connection),
    ...directoryMethods(connection),
    ...tokenMethods(connection),
    ...tokenViewMethods(connection),
    ...valueMethods(connection),
    ...auditMethods(connection),
  }
}
