import {fstatSync, readSync, statSync} from 'node:fs'
import {devNull} from 'node:os'

/**
 * Whether this descriptor was closed (`>&-`) when the process started. Node then puts /dev/null in its place, and whatever is
 * written there is lost without an error. It opens it for reading too, while `> /dev/null` is for writing only: a read tells them
 * apart. A parent that throws output away through a /dev/null opened both ways (`DEVNULL` of Python, `ignore` of Node) looks the
 * same as a closed descriptor, and nobody would see what is written there either.
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
