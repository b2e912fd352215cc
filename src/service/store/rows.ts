/** The rows that the token service stores. All times are epoch milliseconds. */

export interface InstallationRow {
  id: string
  /** `urn:tokenry:<id>`: the claim `iss` of every token that this installation signs. */
  issuer: string
  createdAt: number
}

export interface SigningKeyRow {
  id: string
  /** The public JWK, as JSON text. */
  publicJwk: string
  /** PKCS #8 in base64. If `sealed` is true, it is encrypted with the master key. */
  privateKey: string
  sealed: boolean
  createdAt: number
  activeFrom: number
  retiredAt: number | null
}

export interface OrganizationRow {
  organizationId: string
  uuid: string
  name: string
  createdAt: number
  updatedAt: number
}

export interface WorkspaceRow {
  organizationId: string
  id: string
  name: string
  description: string
  createdAt: number
  updatedAt: number
}

export interface DeploymentRow {
  organizationId: string
  id: string
  workspaceId: string
  name: string
  createdAt: number
  updatedAt: number
}

export interface RoleRow {
  organizationId: string
  id: string
  vendor: string
  scopeType: string
  name: string
  description: string
  /** The role directly above it, for a vendor whose roles are a hierarchy; null for none. */
  parentId: string | null
  createdAt: number
  updatedAt: number
}

/** A person or a service in an organization, as a vendor defines them. */
export interface AccountRow {
  organizationId: string
  id: string
  vendor: string
  name: string
  /** The name as the vendor compares it, for example in lower case. */
  nameKey: string
  email: string | null
  kind: string
  admin: boolean
  /** The vendor's own settings of the account, as JSON text; null for the defaults. */
  settings: string | null
  createdAt: number
  updatedAt: number
}

export interface TokenRow {
  organizationId: string
  id: string
  vendor: string
  /** The vendor's word for the level of the token: ORGANIZATION, WORKSPACE, DEPLOYMENT … */
  scope: string
  /** The entity or account that owns the token. */
  ownerId: string
  kind: string
  name: string
  /**
   * Null unless names are unique for this vendor, or the caller asked for a unique name. Unique
   * within organization and vendor.
   */
  uniqueName: string | null
  description: string
  /** How long each secret is valid; null for no limit. A rotation restarts the period. */
  lifetimeMs: number | null
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  lastRotatedAt: number | null
  deletedAt: number | null
  deletedBy: string | null
  /** Increases with every change. A write that is based on an older revision is refused. */
  revision: number
  /**
   * The last characters and validity of the secret in force. For a deleted token, of the last
   * secret in force. Null if no secret was ever in force. Stored here, because ended secrets grow
   * in number with every rotation and must not be read.
   */
  fragment: string | null
  validFrom: number | null
  validUntil: number | null
}

export interface TokenRoleRow {
  entityType: string
  entityId: string
  /** The deployment of a DAG role; null for a role on any other entity. */
  deploymentId: string | null
  role: string
}

/**
 * - pending: minted, maybe not delivered yet
 * - current: the secret in force
 * - grace: replaced, but still valid
 * - ended: refused
 */
export type ValueState = 'pending' | 'current' | 'grace' | 'ended'

export interface TokenValueRow {
  organizationId: string
  /** SHA-256 of the secret, 64 hexadecimal digits. The secret itself is never stored. */
  sha256: string
  tokenId: string
  vendor: string
  keyId: string
  /** The last eight characters of the secret, for recognition. */
  fragment: string
  state: ValueState
  validFrom: number
  validUntil: number | null
  graceUntil: number | null
  endedAt: number | null
  endReason: string | null
  lastUsedAt: number | null
}

export interface AuditRow {
  organizationId: string
  id: string
  at: number
  actorType: string
  actorId: string
  action: string
  targetType: string
  targetId: string
  requestId: string | null
  /** JSON text, never with a secret. */
  detail: string
}
