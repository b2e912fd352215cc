import {fstatSync, readSync, statSync} from 'node:fs'
import {devNull} from 'node:os'

/**
 * Return whether this descriptor was closed (`>&-`) when the process started. Node then opens
 * /dev/null instead, and output is lost without an error. Node opens it for reading too, but `>
 * /dev/null` is for writing only: a read distinguishes them. If a parent discards output through a
 * /dev/null that is open for both (`DEVNULL` of Python, `ignore` of Node), this returns true too.
 * No one would see that output either.
 */
export function wasClosed(descriptor: number): boolean {
  if (process.platform === 'win32') return false
  try {
    if (fstatSync(descriptor).rdev !== statSync(devNull).rdev) return false
    readSync(descriptor, Buffer.alloc(1))
    return true
  } catch {
    return false
  }
}
