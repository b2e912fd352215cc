import {accessSync, constants, existsSync, statfsSync} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../../../errors/app-error.ts'
import {shellPath} from '../../../lib/shell-path.ts'

/**
 * Convert an error of SQLite or the file system to an AppError that names the file and the fix.
 * Return any other error unchanged, including a violated constraint of ours. Codes:
 * https://sqlite.org/rescode.html
 */
export function toStoreError(err: unknown, file: string): unknown {
  if (err instanceof AppError || !(err instanceof Error)) return err
  const {code, errcode} = err as {code?: unknown; errcode?: unknown}
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return fromSqlite(err, errcode, file)
  if ('syscall' in err && typeof code === 'string') return fromFileSystem(err, code, file)
  return err
}

/** Run `work`, and convert what it throws with `toStoreError`. */
export function withStoreErrors<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (err) {
    throw toStoreError(err, file)
  }
}

export function isSqliteError(err: unknown, ...primaryCodes: number[]): boolean {
  const {errcode} = err as {errcode?: unknown}
  return err instanceof Error && typeof errcode === 'number' && primaryCodes.includes(primaryCode(errcode))
}

/**
 * Return whether this process may write here. On a file system that is mounted read-only, that is
 * false for root too.
 */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

export function newerSchemaError(file: string, found: number, known: number): AppError {
  const versions = `schema ${found}, this version supports ${known}`
  return new AppError(
    'CONFIG',
    `${file} was written by a newer version of tokenry (${versions}); nothing was changed`,
    {
      hint: 'Update tokenry: npm install --global tokenry@latest',
    },
  )
}

export function foreignDatabaseError(file: string): AppError {
  return new AppError('CONFIG', `${file} is a database of another program; nothing was changed`, {
    hint: 'Set TOKENRY_HOME to another folder',
  })
}

export function readOnlyError(file: string, cause?: unknown): AppError {
  return new AppError('CONFIG', `${file} cannot be written: the file, its folder or its disk is read-only`, {
    cause,
    hint: `See who may write there: ls -la ${shellPath(existingFolder(file))}; or set TOKENRY_HOME to a folder of yours`,
  })
}

/**
 * A killed process left changes in the -wal file. SQLite has to recover them, and cannot do that in
 * a read-only folder.
 */
export function unfinishedError(file: string, cause: unknown): AppError {
  return new AppError('CONFIG', `${file} has changes in ${file}-wal that cannot be read in a read-only place`, {
    cause,
    hint: `Make the place writable, or copy all of ${shellPath(file)}* to one that is`,
  })
}

const BUSY = 5
const LOCKED = 6
export const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
export const CANTOPEN = 14
const PROTOCOL = 15
const NOTADB = 26
const CONSTRAINT_PRIMARYKEY = 1555
const CONSTRAINT_UNIQUE = 2067

/**
 * Return whether the disk has no space for the -shm file. If that file cannot grow, SQLite reports
 * IOERR; it reports FULL only if a write fails.
 */
function isFull(folder: string): boolean {
  try {
    const {bavail, bsize} = statfsSync(folder)
    return bavail * bsize < SHM_BYTES
  } catch {
    return false
  }
}

const SHM_BYTES = 32_768

/** Remove the details, which SQLite stores in the higher bits of a code. */
function primaryCode(errcode: number): number {
  return errcode & 0xff
}

function fromSqlite(cause: Error, errcode: number, file: string): unknown {
  if (errcode === CONSTRAINT_UNIQUE || errcode === CONSTRAINT_PRIMARYKEY) return takenError(cause)
  switch (primaryCode(errcode)) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return busyError(file, cause)
    case FULL:
      return fullError(file, cause)
    case CORRUPT:
    case NOTADB:
      return damagedError(file, cause)
    case READONLY:
      return readOnlyError(file, cause)
    case CANTOPEN:
      return isWritable(dirname(file)) ? closedError(file, 'it cannot be opened', cause) : readOnlyError(file, cause)
    case IOERR:
      return isFull(dirname(file)) ? fullError(file, cause) : diskError(file, cause)
    default:
      return cause
  }
}

function fromFileSystem(cause: Error, code: string, file: string): AppError {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fullError(file, cause)
    case 'EROFS':
      return readOnlyError(file, cause)
    case 'ENOENT':
      // On Node 22 and 24, a recursive mkdir reports EROFS as ENOENT.
      return readOnlyError(file, cause)
    case 'EACCES':
    case 'EPERM':
      return closedError(file, 'you may not open or create it', cause)
    case 'EIO':
      return diskError(file, cause)
    default:
      return closedError(file, `it cannot be opened or created (${code})`, cause)
  }
}

function takenError(cause: Error): AppError {
  return new AppError('CONFLICT', 'Another change came first, or this name or id is taken', {
    cause,
    hint: 'List what is there, then run the command again',
  })
}

function busyError(file: string, cause: Error): AppError {
  return new AppError('TIMEOUT', `${file} is locked by another process`, {
    cause,
    hint: `Run the command again; to see who holds it: fuser -v ${shellPath(file)}`,
  })
}

function fullError(file: string, cause: Error): AppError {
  return new AppError('CONFIG', `${file} cannot grow: the disk is full; nothing was changed`, {
    cause,
    hint: `Free some space, then run the command again; to see what is left: df -h ${shellPath(existingFolder(file))}`,
  })
}

/**
 * The glob also moves the -wal and -shm files. Without them, a repair would lose the newest
 * changes.
 */
function damagedError(file: string, cause: Error): AppError {
  const aside = `${shellPath(dirname(file))}/damaged`
  return new AppError('CONFIG', `${file} is damaged, or not a tokenry database; nothing was changed`, {
    cause,
    hint: `Set it aside: mkdir ${aside} && mv ${shellPath(file)}* ${aside}/; then put a backup in its place`,
  })
}

function closedError(file: string, why: string, cause: Error): AppError {
  return new AppError('CONFIG', `${file} cannot be used: ${why}`, {
    cause,
    hint: `See what is there: ls -la ${shellPath(existingFolder(file))}; or set TOKENRY_HOME to another folder`,
  })
}

function diskError(file: string, cause: Error): AppError {
  return new AppError('CONFIG', `${file} cannot be read or written: the disk reports an error`, {
    cause,
    hint: `See whether space or a limit has run out: df -h ${shellPath(existingFolder(file))}; ulimit -f`,
  })
}

/** Return the folder of the file, or the nearest parent folder that exists. */
export function existingFolder(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : existingFolder(folder)
}
