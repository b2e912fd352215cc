import {join} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {type ExistingPath, findExistingPath, statIfThere} from './existing-path.ts'
import {currentUser, findOwnershipFlaw} from './ownership.ts'

/**
 * Throw if another user owns a path or may write to it (ownership.ts). A mode that only lets others
 * read is accepted.
 *
 * @param paths missing ones are skipped; symbolic links are followed
 * @throws AppError CONFIG that names the first such path, with the command that fixes all paths
 * with the same flaw. The system's error if a path may not be read.
 */
export function refuseForeign(paths: string[]): void {
  const user = currentUser()
  if (user === null) return
  const flawed = paths.flatMap((path) => {
    const stat = statIfThere(path)
    const flaw = stat && findOwnershipFlaw(stat, user)
    return stat && flaw ? [{path, stat, flaw}] : []
  })
  const [first] = flawed
  if (!first) return
  const alike = flawed.filter(({flaw}) => flaw === first.flaw)
  throw first.flaw === 'foreign' ? foreignError(first, alike, user) : openError(first, alike, user)
}

function foreignError({path, stat}: ExistingPath, all: ExistingPath[], user: number): AppError {
  const chown = `${user === 0 ? '' : 'sudo '}chown ${user} ${joinPaths(all)}`
  const [instead, meant] =
    user === 0
      ? ['Run the command as that user, without sudo', "root's"]
      : ['Set TOKENRY_HOME to a folder of yours', 'yours']
  return new AppError('CONFIG', `${path} belongs to another user (uid ${stat.uid}, and you are ${user})`, {
    hint: `${instead}; or, if it is meant to be ${meant}: ${chown}`,
  })
}

function openError({path, stat}: ExistingPath, all: ExistingPath[], user: number): AppError {
  const sudo = user === 0 || all.every((each) => each.stat.uid === user) ? '' : 'sudo '
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
  return new AppError('CONFIG', `Other users may write to ${path} (mode ${mode}), and may have changed it`, {
    hint: `If you trust its content: ${sudo}chmod go-w ${joinPaths(all)}; else set TOKENRY_HOME to another folder`,
  })
}

function joinPaths(all: ExistingPath[]): string {
  return all.map(({path}) => shellPath(path)).join(' ')
}

/**
 * Throw if this path cannot or must not be created: below a symbolic link without a target, or as
 * root in a folder of another user. Files that root creates there belong to root, and the user
 * could not use tokenry any more. That happens if `sudo` keeps HOME or a variable that names a
 * folder.
 *
 * @throws AppError CONFIG that names the link or the folder
 */
export function checkPlaceToMake(path: string): void {
  const found = findExistingPath(path)
  if (found && currentUser() === 0 && found.stat.uid !== 0) throw lockOutError(path, found)
}

/**
 * Throw CONFIG if root would use a path below the home folder of another user, even if root owns
 * the folders in between.
 */
export function refuseKeptHome(path: string, homeFolder: string): void {
  // `join` normalises HOME as it did the path: `/home/ada/.` is the same folder as `/home/ada`.
  if (currentUser() !== 0 || !path.startsWith(join(homeFolder, '/'))) return
  const stat = statIfThere(homeFolder)
  if (stat && stat.uid !== 0) throw lockOutError(path, {path: homeFolder, stat})
}

function lockOutError(path: string, {path: folder, stat}: ExistingPath): AppError {
  return new AppError(
    'CONFIG',
    `${folder} belongs to another user (uid ${stat.uid}), and you are root: files that root creates in ${path} lock that user out`,
    {
      hint: 'Run the command without sudo, or with sudo -H; or set TOKENRY_HOME to a folder of root, such as /root/tokenry',
    },
  )
}
