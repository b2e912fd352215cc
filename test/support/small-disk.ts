import {execFileSync, spawnSync} from 'node:child_process'
import {closeSync, existsSync, openSync, rmSync, statfsSync, writeSync} from 'node:fs'
import {join} from 'node:path'

/**
 * Mount a real disk of one megabyte in this folder. Return false if this user may not mount one.
 * Remove it with `unmount`.
 */
export function mountSmallDisk(folder: string): boolean {
  const args = ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder]
  return process.getuid?.() === 0 && spawnSync('mount', args).status === 0
}

export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder])
}

export function remountReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder])
}

/** Fill a small disk until only this many kilobytes are free. */
export function leaveFree(folder: string, kilobytes: number): void {
  const file = join(folder, 'ballast')
  if (existsSync(file)) rmSync(file)
  const {bavail, bsize} = statfsSync(folder)
  const ballast = openSync(file, 'w')
  try {
    writeSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - kilobytes * 1024)))
  } finally {
    closeSync(ballast)
  }
}
