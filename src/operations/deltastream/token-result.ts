import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'

/**
 * A token as `list` and `get` print it. `name` and `expiresAt` are pinned (design.md, section 6).
 * If a key is absent, DeltaStream does not report it. There is no `id`: the name is unique.
 */
export interface TokenResult {
  name: string
  /** The role that the token acts with. */
  role?: string
  /** The name of the user that the token belongs to. */
  owner?: string
  /** A renewal restarts it. */
  createdAt?: string
  /** RFC 3339. Every token ends. */
  expiresAt?: string
  /** Null if it was not used since it was created or renewed. */
  lastUsedAt?: string | null
  shortToken?: string
  createdBy?: string | null
  lastRotatedAt?: string | null
  /** Until when an older secret works next to the current one; null if there is none. */
  graceUntil?: string | null
  /** The start of a renewal that was neither finished nor undone; null if there is none. */
  unfinishedRotationAt?: string | null
}

export function toTokenResult(token: DeltaStreamTokenRecord): TokenResult {
  const {name, role, owner, createdAt, expiresAt, lastUsedAt, fragment} = token
  const {createdBy, lastRotatedAt, graceUntil, unfinishedRotationAt} = token
  return {
    name,
    ...(role === undefined ? {} : {role}),
    ...(owner === undefined ? {} : {owner: owner.id}),
    ...(createdAt === undefined ? {} : {createdAt}),
    ...(expiresAt ? {expiresAt} : {}),
    ...(lastUsedAt === undefined ? {} : {lastUsedAt}),
    ...(fragment === undefined ? {} : {shortToken: fragment}),
    ...(createdBy === undefined ? {} : {createdBy}),
    ...(lastRotatedAt === undefined ? {} : {lastRotatedAt}),
    ...(graceUntil === undefined ? {} : {graceUntil}),
    ...(unfinishedRotationAt === undefined ? {} : {unfinishedRotationAt}),
  }
}
