import {chmodSync, lstatSync, mkdirSync, readlinkSync, type Stats, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {findOwnershipFlaw, isPrivate} from '../files/ownership.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** As the kernel counts them (path_resolution(7)). */
const LINKS_MAX = 40
const STICKY = 0o1000

/**
 * Make this folder, and those above it that are missing, with mode 0700. Return its path without
 * symbolic links, or null if anyone but the user and root could put another folder in its place.
 * Nothing is made below a folder that is not trusted.
 *
 * It looks at every folder from `/` down, in the order in which the kernel opens them, and at every
 * symbolic link on the way: a folder is only as safe as the one that holds it.
 *
 * @param path absolute and POSIX
 * @throws the system's error if a folder cannot be read or made
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
      // The owner of a link in a sticky folder can replace it. A link that leads nowhere (a disk
      // that is not mounted) makes nothing.
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

/** Last name first. */
function splitPath(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse()
}

/** Another process may be first; then what it made is looked at like anything else. */
function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, {mode: 0o700})
    // A umask that takes away the owner's own rights would leave a folder that no one can use.
    chmodSync(path, 0o700)
  } catch (err) {
    if (readSystemCode(err) !== 'EEXIST') throw err
  }
  return lstatSync(path)
}

/**
 * Return whether what is in this folder stays where it is. In a sticky folder, such as /tmp,
 * everyone may add names, but only the owner of an entry and the owner of the folder can move it.
 * Both have to be the user or root: the owner of the entry is looked at when its turn comes.
 */
function mayHold(stat: Stats, user: number): boolean {
  if (!stat.isDirectory()) return false
  const flaw = findOwnershipFlaw(stat, user)
  return flaw === null || (flaw === 'open' && (stat.mode & STICKY) !== 0)
}
