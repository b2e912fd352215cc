import {chmodSync, existsSync, mkdirSync} from 'node:fs'
import {dirname} from 'node:path'
import {readSystemCode} from '../lib/system-error.ts'

/**
 * Make a folder of mode 0700, and those above it that are missing. Not mkdir with `recursive`: in /proc and the like, where a folder
 * that is there takes none below it, Node tries for ever. Throws the system's error when it cannot be made.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path, {mode: 0o700})
  } catch (err) {
    // Another process was first.
    if (readSystemCode(err) === 'EEXIST') return
    throw err
  }
  // A umask that takes away the owner's own rights would leave a folder that nobody can use.
  chmodSync(path, 0o700)
}
