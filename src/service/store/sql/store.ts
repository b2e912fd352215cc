import {keepInTransaction, keepWhileUnchanged} from '../keep-reads.ts'
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
  const session = createSqlSession(engine, note)
  /** One session for the transactions that are committed together. */
  const sessions = new WeakMap<SqlConnection, StoreSession>()

  function toSession(connection: SqlConnection): StoreSession {
    const known = sessions.get(connection) ?? keepInTransaction(createSqlSession(connection, note))
    sessions.set(connection, known)
    return known
  }

  return {
    ...session,
    transaction: (work, options) => engine.transaction((connection) => work(toSession(connection)), options),
    keepReads() {
      const {readVersion} = engine
      return readVersion ? keepWhileUnchanged(session, readVersion) : session
    },
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
