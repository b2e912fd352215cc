import {chmodSync, existsSync, mkdirSync} from 'node:fs'
import {dirname} from 'node:path'
import {readSystemCode} from '../lib/system-error.ts'

/**
 * Create a folder of mode 0700, with the missing folders above it. Throw the system's error if that
 * fails. This is not mkdir with `recursive`: in /proc and similar, where no folder can be created
 * in an existing one, Node would retry indefinitely.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path, {mode: 0o700})
  } catch (err) {
    // Another process created it first.
    if (readSystemCode(err) === 'EEXIST') return
    throw err
  }
  // A umask may remove the owner's rights. Without this, no one could use the folder.
  chmodSync(path, 0o700)
}
