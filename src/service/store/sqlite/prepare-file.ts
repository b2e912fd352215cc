import {closeSync, existsSync, fchmodSync, fstatSync, openSync, realpathSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {makeFolder} from '../../../files/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../../files/refuse-foreign.ts'
import {type FileIdentity, refuseLeftovers} from './lost-store.ts'

interface PreparedFile {
  /** Where the database really is: SQLite follows links, and has its -wal and -shm files there. */
  file: string
  identity: FileIdentity
}

/**
 * Refuse a store that another user owns or may write to, or what is left of one, and make the file
 * if it is missing. Folders count as well, that of a link too: anyone who may write to one can put
 * another store in place of this one.
 *
 * @throws AppError CONFIG, before anything is made where that can be known before
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
  // Some file systems know no modes, and everyone may do everything there.
  refuseForeign(paths)
  return {file, identity}
}

/** List every path that decides what is read from this store. */
export function listStorePaths(link: string, file: string): string[] {
  return [...new Set([dirname(link), dirname(file), file, `${file}-wal`, `${file}-shm`])]
}

/**
 * Before SQLite does, which would use the umask; its -wal and -shm files take the mode of this one.
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
