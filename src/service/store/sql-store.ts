import {auditMethods} from './sql-audit.ts'
import {directoryMethods} from './sql-directory.ts'
import type {SqlConnection, SqlEngine} from './sql-engine.ts'
import {installationMethods} from './sql-installation.ts'
import {tokenViewMethods} from './sql-token-views.ts'
import {tokenMethods} from './sql-tokens.ts'
import {valueMethods} from './sql-values.ts'
import type {Store, StoreSession} from './store.ts'

/** The store over any engine that speaks the SQL of this folder. */
export function createSqlStore(engine: SqlEngine): Store {
  return {
    ...createSqlSession(engine),
    transaction: (work, options) => engine.transaction((connection) => work(createSqlSession(connection)), options),
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
