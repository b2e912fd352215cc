import {chmodSync, lstatSync, mkdirSync, readlinkSync, type Stats, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {findOwnershipFlaw, isPrivate} from '../files/ownership.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** The limit of the kernel for symbolic links in one path (path_resolution(7)). */
const LINKS_MAX = 40
const STICKY = 0o1000

/**
 * Create this folder, and missing folders above it, with mode 0700. Return its path without
 * symbolic links, or null if anyone but the user and root could replace it with another folder.
 * Nothing is created below a folder that is not trusted.
 *
 * Check every folder from `/` down, in the order in which the kernel opens them, and every symbolic
 * link on the way: a folder is only as safe as its parent.
 *
 * @param path absolute and POSIX
 * @throws the system's error if a folder cannot be read or created
 */
export function openPrivateFolder(path: string, user: number): string | null {
  let folder = '/'
  if (!mayHold(lstatSync(folder), user)) return null
  const names = splitPath(path)
  let links = 0
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === '..') {
      folder = dirname(folder)
      continue
    }
    const next = join(folder, name)
    const stat = lstatSync(next, {throwIfNoEntry: false}) ?? makeFolder(next)
    if (stat.isSymbolicLink()) {
      // In a sticky folder the owner of a link can replace it. Create nothing behind a link that
      // leads nowhere (a disk that is not mounted).
      if (findOwnershipFlaw({uid: stat.uid, mode: 0}, user) || ++links > LINKS_MAX) return null
      if (!statSync(next, {throwIfNoEntry: false})) return null
      const target = readlinkSync(next)
      if (target.startsWith('/')) folder = '/'
      names.push(...splitPath(target))
      continue
    }
    if (!mayHold(stat, user)) return null
    folder = next
  }
  return isPrivate(lstatSync(folder), user) ? folder : null
}

/** Return the names in a path, the last one first. */
function splitPath(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse()
}

/**
 * Create a folder and return its stat. If another process created it first, return that stat: the
 * caller checks it like any other.
 */
function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, {mode: 0o700})
    // A umask that removes the rights of the owner would leave a folder that no one can use.
    chmodSync(path, 0o700)
  } catch (err) {
    if (readSystemCode(err) !== 'EEXIST') throw err
  }
  return lstatSync(path)
}

/**
 * Return whether the entries of this folder stay where they are. In a sticky folder, such as /tmp,
 * everyone may add names, but only the owner of an entry and the owner of the folder can move it.
 * Both must be the user or root. The caller checks the owner of the entry in its next step.
 */
function mayHold(stat: Stats, user: number): boolean {
  if (!stat.isDirectory()) return false
  const flaw = findOwnershipFlaw(stat, user)
  return flaw === null || (flaw === 'open' && (stat.mode & STICKY) !== 0)
}
