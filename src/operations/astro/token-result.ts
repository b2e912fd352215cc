import type {AstroToken, AstroTokenRole, TokenScope} from '../../vendors/astro/api.ts'
import type {TokenEntity} from './entity.ts'

/** A token as every command prints it; `id`, `name` and `expiresAt` are pinned (design.md, section 6). */
export interface TokenResult {
  id: string
  name: string
  description: string
  scope: string
  kind: string
  /** The deployment, workspace or organization that `role` is on: the one that the command works on. */
  entityId: string
  /** The role on this entity; null when the token has none here, as an agent token. */
  role: string | null
  roles: AstroTokenRole[]
  shortToken: string
  createdAt: string
  createdBy: string | null
  updatedAt: string
  /** RFC 3339; null for never. */
  expiresAt: string | null
  /** Null: not used yet. */
  lastUsedAt: string | null
  lastRotatedAt: string | null
  /** When a rotation was begun that was neither finished nor undone; null without one. */
  unfinishedRotationAt: string | null
  /** Until when an older value works beside the current one; null without one. */
  graceUntil: string | null
}

export function toTokenResult(token: AstroToken, entity: {scope: string; id: string}): TokenResult {
  const {id, name, description, scope, kind, roles, shortToken, createdAt, updatedAt, createdBy} = token
  return {
    id,
    name,
    description,
    scope,
    kind,
    entityId: entity.id,
    role: roleOn(token, entity)?.role ?? null,
    roles,
    shortToken,
    createdAt,
    createdBy: createdBy?.fullName ?? createdBy?.apiTokenName ?? null,
    updatedAt,
    expiresAt: token.endAt ?? null,
    lastUsedAt: token.lastUsedAt ?? null,
    lastRotatedAt: token.lastRotatedAt ?? null,
    unfinishedRotationAt: token.unfinishedRotationAt ?? null,
    graceUntil: token.graceUntil ?? null,
  }
}

/** The entity that a token belongs to, by the one role that it holds on it. */
export function ownerOf(token: AstroToken): {scope: TokenScope; id: string} {
  return {scope: token.scope, id: token.roles.find(({entityType}) => entityType === token.scope)?.entityId ?? ''}
}

/** The role that a token holds on the entity itself. */
export function roleOn(token: AstroToken, entity: {scope: string; id: string}): AstroTokenRole | undefined {
  return token.roles.find(({entityType, entityId}) => entityType === entity.scope && entityId === entity.id)
}

/** Whether a command about this entity is about this token: it has a role here, or was read as one of its agent tokens. */
export function isHere(token: AstroToken, entity: TokenEntity): boolean {
  return entity.agents === true || roleOn(token, entity) !== undefined
}
