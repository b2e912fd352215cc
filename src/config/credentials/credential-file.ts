import {randomBytes} from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {AppError} from '../../errors/app-error.ts'
import {makeFolder} from '../../files/make-folder.ts'
import {currentUser, isPrivate} from '../../files/ownership.ts'
import {checkPlaceToMake, refuseForeign} from '../../files/refuse-foreign.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {readReason, readSystemCode} from '../../lib/system-error.ts'
import {type CredentialKey, formatCredential, loginLine, nameCredential, parseCredential} from './credential-key.ts'

/** Return the file for the credential of this context, below the config folder. */
export function credentialFile(configFolder: string, key: CredentialKey): string {
  return join(configFolder, FOLDER, `${nameCredential(key)}.json`)
}

/**
 * Throw CONFIG if another user owns the folder of the credential files or may write to it. It may
 * be missing.
 */
export function checkCredentialFolder(configFolder: string): void {
  refuseForeign([configFolder, join(configFolder, FOLDER)])
}

const FOLDER = 'credentials'

/**
 * Store a credential in the file of its context, and replace the file in one step. The file has
 * mode 0600 and its folder 0700; both are set again at each write.
 *
 * @throws AppError CONFIG if the file cannot be written or be made private, or if others may write
 * to its folder. Then an existing file does not change.
 */
export function writeCredentialFile(configFolder: string, key: CredentialKey, secret: string): void {
  const file = credentialFile(configFolder, key)
  const folder = dirname(file)
  const draft = join(folder, `${DRAFT_PREFIX}${randomBytes(6).toString('hex')}`)
  try {
    checkCredentialFolder(configFolder)
    checkPlaceToMake(file)
    makeFolder(folder)
    chmodSync(folder, 0o700)
    removeOldDrafts(folder)
    writePrivate(draft, formatCredential(key, secret), file)
    renameSync(draft, file)
    syncFolder(folder)
  } catch (err) {
    ignoreErrors(() => rmSync(draft, {force: true}))
    throw err instanceof AppError ? err : failedWrite(file, err)
  }
}

const DRAFT_PREFIX = '.draft-'
/** An older draft was left behind by a process that was killed. */
const DRAFT_AGE_MAX_MS = 60_000

/** A draft holds a secret that no one would remove. */
function removeOldDrafts(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.startsWith(DRAFT_PREFIX))) {
    const path = join(folder, name)
    ignoreErrors(() => {
      if (lstatSync(path).mtimeMs < Date.now() - DRAFT_AGE_MAX_MS) rmSync(path)
    })
  }
}

/** Windows does not have O_NONBLOCK. */
const {O_CREAT, O_EXCL, O_NONBLOCK = 0, O_RDONLY, O_WRONLY} = constants

function writePrivate(draft: string, text: string, file: string): void {
  const descriptor = openSync(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  try {
    // A umask may have removed rights of the owner. Some file systems keep no mode.
    fchmodSync(descriptor, 0o600)
    if (!isPrivate(fstatSync(descriptor), currentUser())) throw notPrivate(file)
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Write the new name to the disk. A file system that cannot do this still has the name. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, O_RDONLY)
  try {
    fsyncSync(descriptor)
  } catch (err) {
    if (!['EINVAL', 'ENOTSUP'].includes(readSystemCode(err))) throw err
  } finally {
    closeSync(descriptor)
  }
}

function notPrivate(file: string): AppError {
  return new AppError('CONFIG', `${file} cannot be made private: its file system keeps no mode`, {
    hint: 'Set TOKENRY_HOME to a folder on another file system, such as in your home folder',
  })
}

function failedWrite(file: string, cause: unknown): AppError {
  return new AppError('CONFIG', `Cannot write the credential file ${file}: ${readReason(cause)}`, {
    cause,
    hint: 'Check the folder and its permissions, or set TOKENRY_HOME to another one',
  })
}

/**
 * Return the credential in the file of this context.
 *
 * @throws AppError CONFIG that names the file and the fix if it is missing, damaged, owned by
 * another user, accessible by others, or was stored for another origin.
 */
export function readCredentialFile(configFolder: string, key: CredentialKey): string {
  const file = credentialFile(configFolder, key)
  try {
    checkCredentialFolder(configFolder)
    return parseCredential(readPrivate(file), key, file)
  } catch (err) {
    throw err instanceof AppError ? err : failedRead(file, key, err)
  }
}

/** Check the open file, not its path: a path can lead to another file a moment later. */
function readPrivate(file: string): string {
  // O_NONBLOCK: opening a named pipe would wait for its writer.
  const descriptor = openSync(file, O_RDONLY | O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw notFile(file)
    if (!isPrivate(stat, currentUser())) throw exposed(file, stat)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

function notFile(file: string): AppError {
  return new AppError('CONFIG', `The credential file ${file} is not a file`, {
    hint: `Move it away, and sign in again: mv ${shellPath(file)} ${shellPath(`${file}.old`)}`,
  })
}

function exposed(file: string, {uid, mode}: Stats): AppError {
  const user = currentUser()
  if (user !== null && uid !== user) {
    return new AppError('CONFIG', `The credential file ${file} belongs to another user (uid ${uid})`, {
      hint: `If it is meant to be yours: sudo chown ${user} ${shellPath(file)}`,
    })
  }
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  return new AppError('CONFIG', `Others have access to the credential file ${file} (mode ${octal})`, {
    hint: `Fix it with: chmod 600 ${shellPath(file)}`,
  })
}

function failedRead(file: string, key: CredentialKey, cause: unknown): AppError {
  const code = readSystemCode(cause)
  if (['ENOENT', 'ELOOP'].includes(code)) {
    return new AppError('CONFIG', `The credential file ${file} does not exist any more`, {
      cause,
      hint: `Sign in again: ${loginLine(key)}`,
    })
  }
  return new AppError('CONFIG', `Cannot read the credential file ${file} (${code})`, {
    cause,
    hint: `Check who may read it: ls -la ${shellPath(dirname(file))}`,
  })
}

/**
 * Remove the file of this context, even if it is damaged. Return whether there was one.
 *
 * @throws AppError CONFIG if it cannot be removed, or if others may write to its folder.
 */
export function removeCredentialFile(configFolder: string, key: CredentialKey): boolean {
  const file = credentialFile(configFolder, key)
  try {
    const folder = dirname(file)
    checkCredentialFolder(configFolder)
    const isThere = lstatSync(file, {throwIfNoEntry: false}) !== undefined
    rmSync(file, {force: true})
    if (existsSync(folder)) removeOldDrafts(folder)
    return isThere
  } catch (err) {
    if (err instanceof AppError) throw err
    throw new AppError('CONFIG', `Cannot remove the credential file ${file} (${readSystemCode(err)})`, {
      cause: err,
      hint: `Remove it: rm -f ${shellPath(file)}`,
    })
  }
}

function ignoreErrors(work: () => void): void {
  try {
    work()
  } catch {
    // What remains is a draft in a folder of mode 0700.
  }
}
