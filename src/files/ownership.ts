/** What the rule looks at; `Stats` of node:fs has it. */
export interface Ownership {
  uid: number
  mode: number
}

/** `foreign`: owned by another user. `open`: its group or everyone may write to it. */
export type OwnershipFlaw = 'foreign' | 'open'

const WRITE_BY_OTHERS = 0o022
const ANY_BY_OTHERS = 0o077

/**
 * Return the user id that new files of this process get, or null where files have none (Windows).
 */
export function currentUser(): number | null {
  return process.geteuid?.() ?? null
}

/**
 * Return why somebody other than this user and root may change what is there; null if only they
 * may. This is the one rule for all that tokenry reads and believes: its store, its settings and
 * its compiled code. Root may change everything anyway, so what belongs to root is trusted. For
 * root, every other owner is foreign.
 *
 * @param user the id of `currentUser`; null trusts everything, because there is nothing to look at
 */
export function findOwnershipFlaw({uid, mode}: Ownership, user: number | null): OwnershipFlaw | null {
  if (user === null) return null
  if (uid !== user && uid !== 0) return 'foreign'
  return (mode & WRITE_BY_OTHERS) === 0 ? null : 'open'
}

/** Return whether it is this user's own and others have no right to it at all. */
export function isPrivate({uid, mode}: Ownership, user: number | null): boolean {
  return user === null || (uid === user && (mode & ANY_BY_OTHERS) === 0)
}
