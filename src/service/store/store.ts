import type {AppError} from '../../errors/app-error.ts'
import type {
  AccountRow,
  AuditRow,
  DeploymentRow,
  InstallationRow,
  OrganizationRow,
  RoleRow,
  SigningKeyRow,
  TokenRoleRow,
  TokenRow,
  TokenValueRow,
  WorkspaceRow,
} from './rows.ts'

export type * from './rows.ts'

/**
 * What the token service keeps, and the only way to it. Every engine runs the same suite (test/service/store/). All times are
 * epoch milliseconds. Everything but installation, signing keys, seeded vendors and the list of organizations belongs to one
 * organization.
 */

/** A token as lists show it: with what its secrets say and its roles in the order they were given. */
export interface TokenView extends TokenRow {
  /** The latest use of any of its secrets, also of one that has ended. */
  lastUsedAt: number | null
  /** When the newest secret that was minted but not yet put in force was minted; null without one. */
  pendingSince: number | null
  /** The latest end of grace among secrets in that state, passed or not: compare it with the clock. Null without one. */
  graceUntil: number | null
  roles: TokenRoleRow[]
}

/** A token with some of its secrets, oldest first, read at one moment. */
export interface TokenWithValues {
  token: TokenView
  values: TokenValueRow[]
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

/** A part of a list, which is all of it unless it says less. */
interface StorePage<SortKey extends string> {
  offset: number
  limit: number
  /** Ties, and a list without a sort, are in order of creation, then id. */
  sorts?: {key: SortKey; descending: boolean}[]
}

export type TokenPage = StorePage<TokenSortKey>

export type DirectorySortKey = 'name' | 'createdAt' | 'updatedAt'
export type DirectoryPage = StorePage<DirectorySortKey>

/** Only the workspaces and deployments named here, the deployments in such a workspace, and the workspace of such a deployment. */
export interface Reach {
  workspaceIds: readonly string[]
  deploymentIds: readonly string[]
}

export interface DeploymentView extends DeploymentRow {
  workspaceName: string
}

/** Each part narrows the list; an empty list of ids or names leaves nothing. */
export interface WorkspaceFilter {
  ids?: readonly string[]
  names?: readonly string[]
  reach?: Reach
}

export interface DeploymentFilter extends WorkspaceFilter {
  workspaceIds?: readonly string[]
}

export interface RoleFilter {
  scopeTypes?: readonly string[]
  names?: readonly string[]
}

export interface AccountFilter {
  id?: string
  kind?: string
  /** Only accounts with this name, as the vendor compares it, or whose name begins with `prefix`. They are sorted by name. */
  nameKey?: {equal: string; prefix: string}
  /** At most as many. */
  limit?: number
}

/** Reads and writes; the same inside and outside a transaction. */
export interface StoreSession extends DirectorySession, TokenSession {
  readInstallation(): Promise<InstallationRow>
  /** Once in the life of a store; a second one is refused. */
  insertInstallation(row: InstallationRow): Promise<void>
  /** Vendors whose seed has run. */
  listSeededVendors(): Promise<string[]>
  /** False if it is recorded already. */
  insertSeededVendor(vendor: string, seededAt: number): Promise<boolean>

  /** Newest `activeFrom` first. */
  listSigningKeys(): Promise<SigningKeyRow[]>
  insertSigningKey(row: SigningKeyRow): Promise<void>

  insertAudit(row: AuditRow): Promise<void>
  /** Oldest first. */
  listAudit(organizationId: string): Promise<AuditRow[]>
}

/** Organizations and what they consist of. Lists are in order of creation, then id, unless a page says otherwise. */
interface DirectorySession {
  /** Null also for one that was deleted. */
  findOrganization(organizationId: string): Promise<OrganizationRow | null>
  /** Those that are not deleted. */
  listOrganizations(filter?: {names?: readonly string[]}, page?: DirectoryPage): Promise<OrganizationRow[]>
  countOrganizations(): Promise<number>
  /** Its name is unique among those that are not deleted. */
  insertOrganization(row: OrganizationRow): Promise<void>
  /** Remove its directory, and mark its row, which stays because its tokens do. */
  deleteOrganization(organizationId: string, deletedAt: number): Promise<void>

  /** Those of these ids that are there, in any order. */
  findWorkspaces(organizationId: string, ids: readonly string[]): Promise<WorkspaceRow[]>
  listWorkspaces(organizationId: string, filter?: WorkspaceFilter, page?: DirectoryPage): Promise<WorkspaceRow[]>
  countWorkspaces(organizationId: string, filter?: WorkspaceFilter): Promise<number>
  /** Its name is unique in the organization. */
  insertWorkspace(row: WorkspaceRow): Promise<void>
  /** Refused while a deployment is in it. */
  deleteWorkspace(organizationId: string, id: string): Promise<void>

  /** Those of these ids that are there, in any order. */
  findDeployments(organizationId: string, ids: readonly string[]): Promise<DeploymentView[]>
  listDeployments(organizationId: string, filter?: DeploymentFilter, page?: DirectoryPage): Promise<DeploymentView[]>
  countDeployments(organizationId: string, filter?: DeploymentFilter): Promise<number>
  /** Its name is unique in the organization. */
  insertDeployment(row: DeploymentRow): Promise<void>
  deleteDeployment(organizationId: string, id: string): Promise<void>

  listRoles(organizationId: string, vendor: string, filter?: RoleFilter): Promise<RoleRow[]>
  /** False when the organization has a role of this vendor, scope type and name already. */
  insertRole(row: RoleRow): Promise<boolean>
  deleteRole(organizationId: string, id: string): Promise<void>

  listAccounts(organizationId: string, vendor: string, filter?: AccountFilter): Promise<AccountRow[]>
  /** False when the organization has an account of this vendor and `nameKey` already. */
  insertAccount(row: AccountRow): Promise<boolean>
  deleteAccount(organizationId: string, id: string): Promise<void>
}

interface TokenSession {
  listTokens(organizationId: string, filter: TokenFilter, page: TokenPage): Promise<TokenView[]>
  countTokens(organizationId: string, filter: TokenFilter): Promise<number>
  /** How many live tokens every owner has that has one, of all vendors. */
  countTokensByOwner(organizationId: string): Promise<{scope: string; ownerId: string; count: number}[]>
  /** Vendors of which the organization has live tokens. */
  listTokenVendors(organizationId: string): Promise<string[]>
  /** Also finds deleted tokens: `deletedAt` says. */
  findToken(organizationId: string, vendor: string, id: string): Promise<TokenView | null>
  /** The same for several, in any order. */
  findTokens(organizationId: string, vendor: string, ids: readonly string[]): Promise<TokenView[]>
  /** The token, deleted or not, with its secrets that have not ended. */
  findTokenWithLiveValues(organizationId: string, vendor: string, id: string): Promise<TokenWithValues | null>
  /** The secret with this hash, ended or not, and its token. */
  findTokenByHash(organizationId: string, sha256: string): Promise<{token: TokenView; value: TokenValueRow} | null>
  /** Ids of live tokens that hold this role on an entity of this type. */
  listTokenIdsWithRole(organizationId: string, vendor: string, entityType: string, role: string): Promise<string[]>
  /** Id of the live token that has this name and was created first; null without one. */
  findTokenIdByName(organizationId: string, filter: TokenFilter, name: string): Promise<string | null>
  /** False when `uniqueName` is taken. */
  insertToken(row: TokenRow, roles: TokenRoleRow[]): Promise<boolean>
  /** Write every column of a token that has still the revision before `row.revision`; false when it has another. */
  updateToken(row: TokenRow): Promise<boolean>
  replaceTokenRoles(organizationId: string, tokenId: string, roles: TokenRoleRow[]): Promise<void>
  /** Take every role on this entity, and on the DAGs of this deployment, from the live tokens that hold one; says from which. */
  deleteEntityRoles(organizationId: string, entityType: string, entityId: string): Promise<string[]>

  insertValue(row: TokenValueRow): Promise<void>
  /** Oldest first. Ended ones grow in number with every rotation: leave them out in what has to be quick. */
  listValues(organizationId: string, tokenId: string, filter?: {live: boolean}): Promise<TokenValueRow[]>
  /** Write state, validity, grace and end of one secret. */
  updateValue(row: TokenValueRow): Promise<void>
  /** Note a use, of the secret and of its token, unless one was noted at or after `unlessUsedSince`. */
  touchValue(organizationId: string, sha256: string, usedAt: number, unlessUsedSince: number): Promise<void>
}

export interface Store extends StoreSession {
  /**
   * Run `work` alone and commit what it wrote before the promise resolves; when it throws, nothing was written. Inside,
   * use only the session that is handed over. TIMEOUT when another process holds the store for 10 seconds, or, without
   * `wait`, when one holds it now.
   *
   * `work` must be repeatable. An engine may take back what it wrote and run it again from the start, because another transaction
   * was in the way (PostgreSQL: 40001); only the last run counts. So it changes nothing outside but through the session, reads
   * what it needs itself, and what it makes, such as a secret, leaves it only as its result.
   */
  transaction<T>(work: (session: StoreSession) => Promise<T>, options?: {wait?: boolean}): Promise<T>
  /** Resolves, with what to report, when the files of the store are found to be removed, replaced or truncated. */
  lost: Promise<AppError>
  close(): Promise<void>
}
