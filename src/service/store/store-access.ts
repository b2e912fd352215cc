import {closeSync, fchmodSync, fstatSync, openSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {makeFolder} from '../../lib/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../lib/refuse-foreign.ts'
import {type FileIdentity, refuseLeftovers} from './store-lost.ts'

/**
 * Refuse a store that another user owns or may write to, or what is left of one, and make the file
 * if it is missing. The folder counts as well: anyone who may write to it can put another store in
 * the place of this one. Returns which file the store is in.
 *
 * @throws AppError CONFIG, before anything is made where that can be known before
 */
export function prepareStoreFile(file: string): FileIdentity {
  const paths = [dirname(file), file, `${file}-wal`, `${file}-shm`]
  refuseForeign(paths)
  const found = statSync(file, {throwIfNoEntry: false})
  if (!found?.size) refuseLeftovers(file)
  if (found) return found
  checkPlaceToMake(file)
  const made = makeDataFile(file)
  // Some file systems know no modes, and everyone may do everything there.
  refuseForeign(paths)
  return made
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
