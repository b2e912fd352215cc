import {chownSync} from 'node:fs'

/** A user of no tests and no system. */
export const OTHER_USER = 54_321

export const isRoot = process.geteuid?.() === 0

const ownUser = process.geteuid

/**
 * Make these paths another user's: root gives them away. Anyone else cannot, and becomes another
 * user to the program instead, for whom all that this process has made is foreign. Call `beOneself`
 * after the test.
 */
export function makeForeign(...paths: string[]): void {
  if (isRoot) for (const path of paths) chownSync(path, OTHER_USER, OTHER_USER)
  else process.geteuid = () => OTHER_USER
}

export function beOneself(): void {
  if (ownUser) process.geteuid = ownUser
}
