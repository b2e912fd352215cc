import {spawnSync} from 'node:child_process'
import fs from 'node:fs'
import type {RunOptions} from './run-tokenry.ts'
import {systemError} from './system-error.ts'

const locked: string[] = []

/**
 * Make a folder accept new files and names, but refuse to remove any (`chattr +a`). Return the
 * options that a run needs: none, or, if this user or disk does not support the attribute, a file
 * system that refuses to remove files. `releaseFolders` undoes it.
 */
export function lockFolder(folder: string): Pick<RunOptions, 'files'> {
  if (process.getuid?.() === 0 && spawnSync('chattr', ['+a', folder]).status === 0) {
    locked.push(folder)
    return {}
  }
  const files = {...fs}
  files.unlinkSync = () => {
    throw systemError('EPERM')
  }
  return {files}
}

export function releaseFolders(): void {
  for (const folder of locked.splice(0)) spawnSync('chattr', ['-a', folder])
}
