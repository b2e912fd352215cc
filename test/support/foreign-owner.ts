import {chownSync} from 'node:fs'

/** A user that is neither a user of the tests nor of the system. */
export const OTHER_USER = 54_321

export const isRoot = process.geteuid?.() === 0

const ownUser = process.geteuid

/**
 * Make these paths belong to another user. If this user is root, root gives them away. Any other
 * user cannot, so the program sees another user id instead, and everything that this process has
 * created is foreign to it. Call `beOneself` after the test.
 */
export function makeForeign(...paths: string[]): void {
  if (isRoot) for (const path of paths) chownSync(path, OTHER_USER, OTHER_USER)
  else process.geteuid = () => OTHER_USER
}

export function beOneself(): void {
  if (ownUser) process.geteuid = ownUser
}
