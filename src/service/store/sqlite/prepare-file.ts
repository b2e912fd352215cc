import {closeSync, existsSync, fchmodSync, fstatSync, openSync, realpathSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {makeFolder} from '../../../files/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../../files/refuse-foreign.ts'
import {type FileIdentity, refuseLeftovers} from './lost-store.ts'

interface PreparedFile {
  /**
   * The real path of the database: SQLite follows links and puts the -wal and -shm files next to
   * it.
   */
  file: string
  identity: FileIdentity
}

/**
 * Create the database file if it is missing. Refuse a store that another user owns or can write to,
 * and leftover files of a store. The folders of the store and of a link to it are checked too:
 * anyone who can write to one can replace the store.
 *
 * @throws AppError CONFIG, if possible before anything is created
 */
export function prepareStoreFile(link: string): PreparedFile {
  const file = existsSync(link) ? realpathSync(link) : link
  const paths = listStorePaths(link, file)
  refuseForeign(paths)
  if (!existsSync(file)) checkPlaceToMake(file)
  const found = statSync(file, {throwIfNoEntry: false})
  if (!found?.size) refuseLeftovers(file)
  if (found) return {file, identity: found}
  const identity = makeDataFile(file)
  // Some file systems have no modes, and everyone can write to every file.
  refuseForeign(paths)
  return {file, identity}
}

/** List every path that decides what is read from this store. */
export function listStorePaths(link: string, file: string): string[] {
  return [...new Set([dirname(link), dirname(file), file, `${file}-wal`, `${file}-shm`])]
}

/**
 * Create the file before SQLite does, because SQLite would use the umask. The -wal and -shm files
 * get the mode of this file.
 */
function makeDataFile(file: string): FileIdentity {
  makeFolder(dirname(file))
  const descriptor = openSync(file, 'a', 0o600)
  try {
    fchmodSync(descriptor, 0o600)
    return fstatSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
