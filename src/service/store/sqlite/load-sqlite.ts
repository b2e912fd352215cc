import {AppError} from '../../../errors/app-error.ts'

type SqliteModule = typeof import('node:sqlite')

/**
 * Load node:sqlite without the ExperimentalWarning of Node 22. All other warnings are printed.
 * Loading is synchronous, so no other code runs while warnings are filtered.
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
  return new AppError('CONFIG', `This Node.js (${process.version}) has no SQLite`, {
    hint: 'Install Node.js 24 from https://nodejs.org, or remove --no-experimental-sqlite from NODE_OPTIONS',
  })
}
