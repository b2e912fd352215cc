import {AppError} from '../../../errors/app-error.ts'

type SqliteModule = typeof import('node:sqlite')

/**
 * Load node:sqlite where it is used, without the ExperimentalWarning that Node 22 prints for it; no other warning is held
 * back. Loading it is synchronous, so nothing else can run while warnings are filtered.
 */
export function loadSqlite(): SqliteModule {
  const emitWarning = process.emitWarning
  process.emitWarning = (...args: unknown[]) => {
    if (!isSqliteNotice(args)) Reflect.apply(emitWarning, process, args)
  }
  try {
    const sqlite = process.getBuiltinModule('node:sqlite')
    if (!sqlite) throw noSqliteError()
    return sqlite
  } finally {
    process.emitWarning = emitWarning
  }
}

function isSqliteNotice([warning, type]: unknown[]): boolean {
  return type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')
}

function noSqliteError(): AppError {
  return new AppError('CONFIG', `This Node.js (${process.version}) comes without SQLite`, {
    hint: 'Install Node.js 24 from https://nodejs.org, or take --no-experimental-sqlite out of NODE_OPTIONS',
  })
}
