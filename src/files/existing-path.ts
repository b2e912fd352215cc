import {lstatSync, readlinkSync, type Stats, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

export interface ExistingPath {
  path: string
  /** For a symbolic link, of its target. */
  stat: Stats
}

/**
 * Return this path, or the nearest folder above it that exists; null if not even the root does (a
 * drive of Windows).
 *
 * @param path absolute
 * @throws AppError CONFIG if a symbolic link in the path has no target. The target may be on a disk
 * that is not mounted, so it must not count as missing. The system's error if a part of the path
 * may not be read.
 */
export function findExistingPath(path: string): ExistingPath | null {
  const stat = statIfThere(path)
  if (stat) return {path, stat}
  if (isLink(path)) {
    throw new AppError('CONFIG', `${path} is a symbolic link that leads nowhere (to ${readlinkSync(path)})`, {
      hint: `Create the target of the link, or remove the link: rm ${shellPath(path)}`,
    })
  }
  const parent = dirname(path)
  return parent === path ? null : findExistingPath(parent)
}

/** Return the stat of the path, links followed; null if it is missing or a link to itself. */
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
