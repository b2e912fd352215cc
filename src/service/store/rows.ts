/** The rows that the token service keeps. All times are epoch milliseconds. */

export interface InstallationRow {
  id: string
  /** `urn:tokenry:<id>`: the `iss` of every token that this installation signs. */
  issuer: string
  createdAt: number
}

export interface SigningKeyRow {
  id: string
  /** JWK of the public half, as JSON text. */
  publicJwk: string
  /** PKCS #8, base64; encrypted with the master key where `sealed` is true. */
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
  createdAt: number
  updatedAt: number
}

/** A person or a service of an organization, as a vendor knows them. */
export interface AccountRow {
  organizationId: string
  id: string
  vendor: string
  name: string
  /** The name as the vendor compares it, for instance folded to lower case. */
  nameKey: string
  email: string | null
  kind: string
  admin: boolean
  createdAt: number
  updatedAt: number
}

export interface TokenRow {
  organizationId: string
  id: string
  vendor: string
  /** The vendor's word for where the token belongs: ORGANIZATION, WORKSPACE, DEPLOYMENT … */
  scope: string
  /** The entity or account that the token belongs to. */
  ownerId: string
  kind: string
  name: string
  /** Set only where the vendor's names are unique, or the caller asked for it; unique within organization and vendor. */
  uniqueName: string | null
  description: string
  /** How long each value lives; null if it does not end. Rotation starts the period again. */
  lifetimeMs: number | null
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  lastRotatedAt: number | null
  deletedAt: number | null
  deletedBy: string | null
  /** Grows with every change; a writer that has read an older one is refused. */
  revision: number
  /**
   * What is known of the secret in force; of a deleted token, of the one that was in force last. Null if none ever was. It is
   * here so that no one has to read the ended secrets of a token, whose number grows with every rotation.
   */
  fragment: string | null
  validFrom: number | null
  validUntil: number | null
}

export interface TokenRoleRow {
  entityType: string
  entityId: string
  /** The deployment that a DAG role is for; null for every other entity. */
  deploymentId: string | null
  role: string
}

/** pending: minted, perhaps never delivered; current: the one; grace: an older one that still works; ended: refused. */
export type ValueState = 'pending' | 'current' | 'grace' | 'ended'

export interface TokenValueRow {
  organizationId: string
  /** SHA-256 of the value, 64 hexadecimal digits. The value itself is never stored. */
  sha256: string
  tokenId: string
  vendor: string
  keyId: string
  /** The last eight characters of the value, for recognition. */
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
  /** JSON text; never a secret. */
  detail: string
}
