import {execFileSync, spawnSync} from 'node:child_process'
import {closeSync, existsSync, openSync, rmSync, statfsSync, writeSync} from 'node:fs'
import {join} from 'node:path'

/** A real disk of one megabyte in this folder; false where this user may not mount one. Take it away with `unmount`. */
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

/** Take all space of a small disk but so many kilobytes. */
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
