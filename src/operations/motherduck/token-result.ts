import type {MotherDuckTokenRecord} from '../../vendors/motherduck/token-port.ts'

/**
 * A token as every command prints it. `id`, `name` and `expiresAt` are pinned (design.md, section
 * 6). If a key is absent, MotherDuck does not report it.
 */
export interface TokenResult {
  id: string
  name: string
  /** The user that the token belongs to. */
  username: string
  /** `read_write` or `read_scaling`. */
  type: string
  /** Empty without one. */
  description: string
  createdAt: string
  /** RFC 3339; null if it never expires. */
  expiresAt: string | null
  shortToken?: string
  createdBy?: string | null
  lastUsedAt?: string | null
  lastRotatedAt?: string | null
  /** Until when an older secret works next to the current one; null if there is none. */
  graceUntil?: string | null
  /** The start of a rotation that was neither finished nor undone; null if there is none. */
  unfinishedRotationAt?: string | null
}

export function toTokenResult(token: MotherDuckTokenRecord): TokenResult {
  const {id, name, username, kind: type, description, createdAt, expiresAt, fragment} = token
  const {createdBy, lastUsedAt, lastRotatedAt, graceUntil, unfinishedRotationAt} = token
  return {
    id,
    name,
    username,
    type,
    description,
    createdAt,
    expiresAt,
    ...(fragment === undefined ? {} : {shortToken: fragment}),
    ...(createdBy === undefined ? {} : {createdBy}),
    ...(lastUsedAt === undefined ? {} : {lastUsedAt}),
    ...(lastRotatedAt === undefined ? {} : {lastRotatedAt}),
    ...(graceUntil === undefined ? {} : {graceUntil}),
    ...(unfinishedRotationAt === undefined ? {} : {unfinishedRotationAt}),
  }
}
