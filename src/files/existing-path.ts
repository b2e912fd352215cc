import {lstatSync, readlinkSync, type Stats, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

export interface ExistingPath {
  path: string
  /** Of what a symbolic link leads to. */
  stat: Stats
}

/**
 * Return this path, or the nearest folder above it that exists; null if not even the root does (a
 * drive of Windows).
 *
 * @param path absolute
 * @throws AppError CONFIG if a symbolic link on the way leads nowhere: what it means is somewhere
 * else, such as on a disk that is not mounted, and must not be taken for missing. The system's
 * error if the way may not be looked at.
 */
export function findExistingPath(path: string): ExistingPath | null {
  const stat = statIfThere(path)
  if (stat) return {path, stat}
  if (isLink(path)) {
    throw new AppError('CONFIG', `${path} is a symbolic link that leads nowhere (to ${readlinkSync(path)})`, {
      hint: `Make what it leads to, or remove the link: rm ${shellPath(path)}`,
    })
  }
  const parent = dirname(path)
  return parent === path ? null : findExistingPath(parent)
}

/**
 * Return what is there, links followed; null if nothing is, or only a link that leads to itself.
 */
export function statIfThere(path: string): Stats | null {
  return unlessLoop(() => statSync(path, {throwIfNoEntry: false}))
}

function isLink(path: string): boolean {
  return unlessLoop(() => lstatSync(path, {throwIfNoEntry: false}))?.isSymbolicLink() === true
}

function unlessLoop(look: () => Stats | undefined): Stats | null {
  try {
    return look() ?? null
  } catch (err) {
    if (readSystemCode(err) === 'ELOOP') return null
    throw err
  }
}
