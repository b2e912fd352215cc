import {closeSync, existsSync, fchmodSync, openSync} from 'node:fs'
import {dirname} from 'node:path'
import {makeFolder} from '../../lib/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../lib/refuse-foreign.ts'

/**
 * Refuse a store that another user owns or may write to, and make the file if it is missing. The
 * folder counts as well: anyone who may write to it can put another store in the place of this one.
 *
 * @throws AppError CONFIG, before anything is made where that can be known before
 */
export function prepareStoreFile(file: string): void {
  const paths = [dirname(file), file, `${file}-wal`, `${file}-shm`]
  refuseForeign(paths)
  if (existsSync(file)) return
  checkPlaceToMake(file)
  makeDataFile(file)
  // Some file systems know no modes, and everyone may do everything there.
  refuseForeign(paths)
}

/**
 * Before SQLite does, which would use the umask; its -wal and -shm files take the mode of this one.
 */
function makeDataFile(file: string): void {
  makeFolder(dirname(file))
  const descriptor = openSync(file, 'a', 0o600)
  fchmodSync(descriptor, 0o600)
  closeSync(descriptor)
}
