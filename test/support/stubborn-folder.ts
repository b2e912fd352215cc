import {spawnSync} from 'node:child_process'
import fs from 'node:fs'
import type {RunOptions} from './run-tokenry.ts'
import {systemError} from './system-error.ts'

const locked: string[] = []

/**
 * Let a folder take new files and names, and let go of none (`chattr +a`). Returns what a run needs to see it so: nothing, or, where
 * this user or disk has no such attribute, a file system that refuses to remove. `releaseFolders` undoes it.
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
