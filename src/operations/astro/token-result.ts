import type {AstroTokenRole} from '../../vendors/astro/api.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'

/**
 * A token as every command prints it. `id`, `name` and `expiresAt` are pinned (design.md, section
 * 6). If a key is absent, the vendor does not report it.
 */
export interface TokenResult {
  id: string
  name: string
  description: string
  scope: string
  kind: string
  /** The deployment, workspace or organization that the command works on. `role` is on it. */
  entityId: string
  /** The role on this entity; null if the token has none here, such as an agent token. */
  role: string | null
  roles: AstroTokenRole[]
  shortToken: string
  createdAt: string
  createdBy: string | null
  updatedAt: string
  /** RFC 3339; null if it never expires. */
  expiresAt: string | null
  /** Null if it was not used yet. */
  lastUsedAt: string | null
  lastRotatedAt: string | null
  /** The start of a rotation that was neither finished nor undone; null if there is none. */
  unfinishedRotationAt?: string | null
  /** Until when an older secret works next to the current one; null if there is none. */
  graceUntil?: string | null
}

export function toTokenResult(token: AstroTokenRecord, entity: {scope: string; id: string}): TokenResult {
  const result: TokenResult = {
    id: token.id,
    name: token.name,
    description: token.description,
    scope: token.scope,
    kind: token.kind,
    entityId: entity.id,
    role: roleOn(token, entity)?.role ?? null,
    roles: token.roles,
    shortToken: token.fragment,
    createdAt: token.createdAt,
    createdBy: token.createdBy,
    updatedAt: token.updatedAt,
    expiresAt: token.expiresAt,
    lastUsedAt: token.lastUsedAt,
    lastRotatedAt: token.lastRotatedAt,
  }
  if (token.unfinishedRotationAt !== undefined) result.unfinishedRotationAt = token.unfinishedRotationAt
  if (token.graceUntil !== undefined) result.graceUntil = token.graceUntil
  return result
}
