/** The fields that the rule checks. `Stats` of node:fs has them. */
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
 * Return why another user than this one and root may change the file or folder; null if only these
 * two may. This is the one rule for everything that tokenry reads and trusts: its store, its
 * settings and its compiled code. Root may change everything anyway, so a file of root is trusted.
 * For root, every other owner is foreign.
 *
 * @param user the result of `currentUser`; null trusts everything, because there is nothing to
 * check
 */
export function findOwnershipFlaw({uid, mode}: Ownership, user: number | null): OwnershipFlaw | null {
  if (user === null) return null
  if (uid !== user && uid !== 0) return 'foreign'
  return (mode & WRITE_BY_OTHERS) === 0 ? null : 'open'
}

/** Return whether this user owns the file or folder and no one else has any right to it. */
export function isPrivate({uid, mode}: Ownership, user: number | null): boolean {
  return user === null || (uid === user && (mode & ANY_BY_OTHERS) === 0)
}
