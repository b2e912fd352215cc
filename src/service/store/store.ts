import type {AppError} from '../../errors/app-error.ts'

/**
 * What the token service keeps, and the only way to it. Every engine runs the same suite (test/service/store/). All times are
 * epoch milliseconds. Everything but installation, signing keys and the list of organizations belongs to one organization.
 */

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
  /** How long each value lives; null for ever. Rotation starts the period again. */
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

/** A token as lists show it: with what its values say and its roles in the order they were given. */
export interface TokenView extends TokenRow {
  /** Of the current value; for a deleted token of the one that was current last. Null when it never had one. */
  fragment: string | null
  validFrom: number | null
  validUntil: number | null
  /** The latest use of any of its values. */
  lastUsedAt: number | null
  /** When the newest value that was minted but not yet put in force was minted; null without one. */
  pendingSince: number | null
  /** The latest end of grace among values in that state, passed or not: compare it with the clock. Null without one. */
  graceUntil: number | null
  roles: TokenRoleRow[]
}

export type TokenSortKey =
  | 'name'
  | 'description'
  | 'createdAt'
  | 'updatedAt'
  | 'validFrom'
  // A token that made another one is compared by its id, without the kind of actor before it.
  | 'createdBy'
  | 'updatedBy'

export interface TokenFilter {
  vendor: string
  /** Only tokens that have a role on this entity. */
  entity?: {type: string; id: string}
  /** Only tokens that have a role on one of these, in this deployment where one is named. */
  roleOnAny?: {entities: {type: string; id: string}[]; deploymentId?: string}
  scope?: string
  /** Only tokens that belong to this entity or account. */
  ownerId?: string
  /** Only tokens of one of these kinds. */
  kinds?: readonly string[]
  /** `live` (the default) leaves deleted tokens out, `deleted` shows only them. */
  show?: 'live' | 'deleted'
}

export interface TokenPage {
  offset: number
  limit: number
  /** Ties, and a list without a sort, are in order of creation, then id. */
  sorts?: {key: TokenSortKey; descending: boolean}[]
}

/** Reads and writes; the same inside and outside a transaction. */
export interface StoreSession {
  readInstallation(): Promise<InstallationRow>
  /** Once in the life of a store; a second one is refused. */
  insertInstallation(row: InstallationRow): Promise<void>

  /** Newest `activeFrom` first. */
  listSigningKeys(): Promise<SigningKeyRow[]>
  insertSigningKey(row: SigningKeyRow): Promise<void>

  /** Those that are not deleted, in order of creation, then id. */
  listOrganizations(): Promise<OrganizationRow[]>
  /** Its name is unique among those that are not deleted. */
  insertOrganization(row: OrganizationRow): Promise<void>
  /** Remove its directory, and mark its row, which stays because its tokens do. */
  deleteOrganization(organizationId: string, deletedAt: number): Promise<void>

  /** In order of creation, then id. */
  listWorkspaces(organizationId: string): Promise<WorkspaceRow[]>
  /** Its name is unique in the organization. */
  insertWorkspace(row: WorkspaceRow): Promise<void>
  /** Refused while a deployment is in it. */
  deleteWorkspace(organizationId: string, id: string): Promise<void>

  /** In order of creation, then id. */
  listDeployments(organizationId: string): Promise<DeploymentRow[]>
  findDeployment(organizationId: string, id: string): Promise<DeploymentRow | null>
  /** Its name is unique in the organization. */
  insertDeployment(row: DeploymentRow): Promise<void>
  deleteDeployment(organizationId: string, id: string): Promise<void>

  listRoles(organizationId: string, vendor: string): Promise<RoleRow[]>
  /** False when the organization has a role of this vendor, scope type and name already. */
  insertRole(row: RoleRow): Promise<boolean>
  deleteRole(organizationId: string, id: string): Promise<void>

  /** In order of creation, then id. */
  listAccounts(organizationId: string, vendor: string): Promise<AccountRow[]>
  /** False when the organization has an account of this vendor and `nameKey` already. */
  insertAccount(row: AccountRow): Promise<boolean>
  deleteAccount(organizationId: string, id: string): Promise<void>

  listTokens(organizationId: string, filter: TokenFilter, page: TokenPage): Promise<TokenView[]>
  countTokens(organizationId: string, filter: TokenFilter): Promise<number>
  /** How many live tokens every owner has that has one, of all vendors. */
  countTokensByOwner(organizationId: string): Promise<{scope: string; ownerId: string; count: number}[]>
  /** Vendors of which the organization has live tokens. */
  listTokenVendors(organizationId: string): Promise<string[]>
  /** Also finds deleted tokens: `deletedAt` says. */
  findToken(organizationId: string, vendor: string, id: string): Promise<TokenView | null>
  /** Ids of live tokens that hold this role on an entity of this type. */
  listTokenIdsWithRole(organizationId: string, vendor: string, entityType: string, role: string): Promise<string[]>
  /** Id of the live token that bears this name and was created first; null without one. */
  findTokenIdByName(organizationId: string, filter: TokenFilter, name: string): Promise<string | null>
  /** False when `uniqueName` is taken. */
  insertToken(row: TokenRow, roles: TokenRoleRow[]): Promise<boolean>
  /** Write every column of a token that has still the revision before `row.revision`; false when it has another. */
  updateToken(row: TokenRow): Promise<boolean>
  replaceTokenRoles(organizationId: string, tokenId: string, roles: TokenRoleRow[]): Promise<void>
  /** Take every role on this entity, and on the DAGs of this deployment, from the live tokens that hold one; says from which. */
  deleteEntityRoles(organizationId: string, entityType: string, entityId: string): Promise<string[]>

  insertValue(row: TokenValueRow): Promise<void>
  findValue(organizationId: string, sha256: string): Promise<TokenValueRow | null>
  /** Oldest first. */
  listValues(organizationId: string, tokenId: string): Promise<TokenValueRow[]>
  /** Write state, validity, grace and end of one value. */
  updateValue(row: TokenValueRow): Promise<void>
  /** Note a use, unless one was noted at or after `unlessUsedSince`. */
  touchValue(organizationId: string, sha256: string, usedAt: number, unlessUsedSince: number): Promise<void>

  insertAudit(row: AuditRow): Promise<void>
  /** Oldest first. */
  listAudit(organizationId: string): Promise<AuditRow[]>
}

export interface Store extends StoreSession {
  /**
   * Run `work` alone and commit what it wrote before the promise resolves; when it throws, nothing was written. Inside,
   * use only the session that is handed over. TIMEOUT when another process holds the store for 10 seconds, or, without
   * `wait`, when one holds it now.
   */
  transaction<T>(work: (session: StoreSession) => Promise<T>, options?: {wait?: boolean}): Promise<T>
  /** Resolves, with what to report, when the files of the store are found to be removed, replaced or truncated. */
  lost: Promise<AppError>
  close(): Promise<void>
}
