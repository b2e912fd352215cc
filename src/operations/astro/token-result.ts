import type {AstroToken, AstroTokenRole} from '../../vendors/astro/api.ts'
import type {DeploymentEntity} from './open-deployment.ts'

/** A token as every command prints it; `id`, `name` and `expiresAt` are pinned (design.md, section 6). */
export interface TokenResult {
  id: string
  name: string
  description: string
  scope: string
  kind: string
  deploymentId: string
  /** The role on this deployment; null when the token has none here. */
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
}

export function toTokenResult(token: AstroToken, entity: DeploymentEntity): TokenResult {
  const {id, name, description, scope, kind, roles, shortToken, createdAt, updatedAt, createdBy} = token
  return {
    id,
    name,
    description,
    scope,
    kind,
    deploymentId: entity.id,
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
  }
}

/** The role that a token holds on the entity itself. */
export function roleOn(token: AstroToken, entity: DeploymentEntity): AstroTokenRole | undefined {
  return token.roles.find(({entityType, entityId}) => entityType === entity.scope && entityId === entity.id)
}
