import fs from 'node:fs'
import {dirname, join} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'
import {absolutePath} from './absolute-path.ts'
import {findExistingPath} from './existing-path.ts'
import {makeFolder} from './make-folder.ts'
import {checkNewFile, type FileCalls, type Leftover, openNewFile} from './new-file.ts'
import {currentUser, isPrivate} from './ownership.ts'
import {checkPlaceToMake} from './refuse-foreign.ts'

/**
 * Return the absolute path of a folder for new secrets, which `flag` names. It may be missing.
 *
 * @throws AppError CONFIG if it is not a folder, or cannot be written or created, or is not a
 * private one of this user: others could list, replace or remove what is in it
 */
export function checkSecretFolder(path: string, flag: string): string {
  const folder = absolutePath(path, flag)
  const found = lookAt(folder, flag)
  if (!found) return folder
  if (!found.stat.isDirectory()) {
    throw new AppError('CONFIG', `${found.path} is not a folder`, {
      hint: `Give ${flag} a folder, or the name of a new one`,
    })
  }
  if (found.path !== folder || isPrivate(found.stat, currentUser())) {
    requireWritable(found.path, {folder, flag})
    return folder
  }
  throw new AppError('CONFIG', `${folder} is not a private folder of yours, and secrets must not be written there`, {
    hint: `Give ${flag} the name of a new folder; or, if it is yours: chmod 700 ${shellPath(folder)}`,
  })
}

/**
 * Return a file in the folder for each name. The names of the files are those of the tokens, but
 * every character except A-Z, a-z, 0-9, `.`, `_` and `-` is escaped as in a URL, and so is a `.` or
 * `-` at the start.
 *
 * @throws AppError CONFLICT if two names give the same file, or if one exists already. Capital
 * letters do not count: not every file system distinguishes them. CONFIG if one would be too long.
 */
export function nameSecretFiles(folder: string, names: readonly string[], flag: string): string[] {
  const taken = new Map<string, string>()
  return names.map((name) => {
    const base = toFileName(name)
    if (base.length > NAME_LENGTH_MAX) throw tooLong(name, base.length)
    const other = taken.get(base.toLowerCase())
    if (other !== undefined) {
      throw new AppError(
        'CONFLICT',
        `The tokens ${other} and ${name} would have the same file, ${join(folder, base)}`,
        {
          hint: `Give one of them alone, with --output FILE or with another folder for ${flag}`,
        },
      )
    }
    taken.set(base.toLowerCase(), name)
    const file = join(folder, base)
    checkNewFile(file, flag)
    return file
  })
}

/**
 * Create the folder, and check that each of the files can be created in it. Nothing of that stays
 * but the folder; returned is what could not be removed.
 *
 * @throws AppError CONFIG or CONFLICT
 */
export function prepareSecretFiles(
  files: readonly string[],
  {folder, flag, calls = fs}: {folder: string; flag: string; calls?: FileCalls | undefined},
): Leftover[] {
  try {
    checkPlaceToMake(folder)
    makeFolder(folder)
  } catch (cause) {
    throw cause instanceof AppError ? cause : cannotMake(folder, flag, cause)
  }
  // Again: another program can have created it in the meantime.
  checkSecretFolder(folder, flag)
  return files.flatMap((file) => openNewFile(file, {flag, code: 'CONFIG', files: calls}).close() ?? [])
}

/** Bytes, on nearly every file system. */
const NAME_LENGTH_MAX = 255

function tooLong(name: string, length: number): AppError {
  return new AppError(
    'CONFIG',
    `The file of the token ${name} would have a name of ${length} characters, and ${NAME_LENGTH_MAX} are possible`,
    {hint: 'Give this token alone, with --output FILE'},
  )
}

function lookAt(folder: string, flag: string): ReturnType<typeof findExistingPath> {
  try {
    return findExistingPath(folder)
  } catch (cause) {
    throw cause instanceof AppError ? cause : cannotMake(folder, flag, cause)
  }
}

/** Throw unless `path` can get new entries: the folder, or the one in which it is created. */
function requireWritable(path: string, {folder, flag}: {folder: string; flag: string}): void {
  try {
    fs.accessSync(path, fs.constants.W_OK | fs.constants.X_OK)
  } catch (cause) {
    throw cannotMake(folder, flag, cause)
  }
}

function cannotMake(folder: string, flag: string, cause: unknown): AppError {
  return new AppError('CONFIG', `Cannot use the folder ${folder} (${readSystemCode(cause)})`, {
    cause,
    hint: `Give ${flag} a folder below one that you can write to; see: ls -ld ${shellPath(dirname(folder))}`,
  })
}

function toFileName(name: string): string {
  const escaped = [...Buffer.from(name)].map((byte) => {
    const char = String.fromCharCode(byte)
    return /[A-Za-z0-9._-]/.test(char) ? char : toHex(byte)
  })
  const [first = ''] = escaped
  // A hidden file, a folder (`..`) or an option of a command.
  return first === '.' || first === '-' ? `${toHex(first.charCodeAt(0))}${escaped.slice(1).join('')}` : escaped.join('')
}

function toHex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
