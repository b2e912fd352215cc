import {join} from 'node:path'
import {AppError} from '../../errors/app-error.ts'
import {withLock} from '../../files/lock-file.ts'
import {makeFolder} from '../../files/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../files/refuse-foreign.ts'
import {readReason, readSystemCode} from '../../lib/system-error.ts'

/** Longer than two calls of a keychain may take, 5 seconds each. */
const WAIT_MS = 30_000

/**
 * Run work that changes both a stored credential and the settings, while no other process does so.
 * Otherwise a credential could be left behind that no settings name.
 *
 * @throws AppError TIMEOUT if another process works for too long; CONFIG if the folder cannot be
 * used
 */
export async function withCredentialLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const file = join(folder, 'credentials.lock')
  try {
    refuseForeign([folder])
    checkPlaceToMake(file)
    makeFolder(folder)
    return await withLock(file, work, {what: 'the credentials', waitMs: WAIT_MS})
  } catch (err) {
    if (err instanceof AppError || readSystemCode(err) === '') throw err
    throw new AppError('CONFIG', `Cannot write to the folder ${folder}: ${readReason(err)}`, {
      cause: err,
      hint: 'Check the folder and its permissions, or set TOKENRY_HOME to another one',
    })
  }
}
