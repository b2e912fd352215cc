import type {AppError} from '../../errors/app-error.ts'
import type {RepeatedReads} from './keep-reads.ts'
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
 * The storage interface of the token service. Nothing else accesses the data. Every engine runs the
 * same test suite (test/service/store/). All times are epoch milliseconds. All data belongs to one
 * organization, except the installation, the signing keys, the seeded vendors and the list of
 * organizations.
 */

/**
 * A token as lists show it, with facts about its secrets and with its roles in the order they were
 * given.
 */
export interface TokenView extends TokenRow {
  /** The latest use of any of its secrets, including ended ones. */
  lastUsedAt: number | null
  /** When the newest pending secret was minted: it is not in force yet. Null if there is none. */
  pendingSince: number | null
  /**
   * The latest end of grace of its secrets in grace; null if there is none. It can be in the past,
   * so compare it with the clock.
   */
  graceUntil: number | null
  roles: TokenRoleRow[]
}

/** A token with some of its secrets, oldest first, all read at the same moment. */
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
  // If the creator is a token, compare by its id, without the prefix `token:`.
  | 'createdBy'
  | 'updatedBy'

export interface TokenFilter {
  vendor: string
  /** Only tokens with a role on this entity. */
  entity?: {type: string; id: string}
  /**
   * Only tokens with a role on one of these entities. If `deploymentId` is given, the role must
   * also be for that deployment.
   */
  roleOnAny?: {entities: {type: string; id: string}[]; deploymentId?: string}
  scope?: string
  /** Only tokens that this entity or account owns. */
  ownerId?: string
  /** Only tokens that one of these owns. */
  ownerIds?: readonly string[]
  /** Only tokens of one of these kinds. */
  kinds?: readonly string[]
  /** Only tokens whose name or id begins with this text. */
  prefix?: string
  /** `live` (the default) excludes deleted tokens; `deleted` returns only those. */
  show?: 'live' | 'deleted'
}

/** A part of a list. Without a page, a method returns the whole list. */
interface StorePage<SortKey extends string> {
  offset: number
  limit: number
  /** Entries that are equal, and lists without `sorts`, are in order of creation, then id. */
  sorts?: {key: SortKey; descending: boolean}[]
}

export interface TokenPage extends StorePage<TokenSortKey> {
  /**
   * Begin after this token instead of at the offset, if the list is in order of creation or sorted
   * by one of `createdAt` and `name`. The token need not exist any more.
   */
  after?: PageStart
}

/** The last token of a page, as far as the next page needs it. */
export type PageStart = Pick<TokenRow, 'id' | 'name' | 'createdAt'>

export type DirectorySortKey = 'name' | 'createdAt' | 'updatedAt'
export type DirectoryPage = StorePage<DirectorySortKey>

/**
 * Only these workspaces and the deployments in them, and these deployments and the workspaces they
 * are in.
 */
export interface Reach {
  workspaceIds: readonly string[]
  deploymentIds: readonly string[]
}

export interface DeploymentView extends DeploymentRow {
  workspaceName: string
}

/** Entries must match every part. An empty list of ids or names matches nothing. */
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
  /**
   * Only accounts whose name, as the vendor compares it, is `equal` or begins with `prefix`. They
   * are sorted by name.
   */
  nameKey?: {equal: string; prefix?: string}
  /** The maximum number of accounts. */
  limit?: number
}

/** The owner of tokens. An empty scope and id are for every token of the organization. */
export interface TokenOwner {
  scope: string
  ownerId: string
}

/** What a mint has to know. */
interface ActiveKey {
  id: string
  /** Whether the owner, or its organization, is marked as being deleted. */
  isOwnerEnding: boolean
}

/** Reads and writes, inside or outside a transaction. */
export interface StoreSession extends DirectorySession, TokenSession {
  readInstallation(): Promise<InstallationRow>
  /** Insert the only installation of a store. A second one is refused. */
  insertInstallation(row: InstallationRow): Promise<void>
  /**
   * Return the vendors whose seed is recorded and that have an administrator in each organization.
   */
  listSeededVendors(): Promise<string[]>
  /** Return false if the vendor is already recorded. */
  insertSeededVendor(vendor: string, seededAt: number): Promise<boolean>

  /** Return the keys, newest `activeFrom` first. */
  listSigningKeys(): Promise<SigningKeyRow[]>
  /**
   * Return the newest key that is active at `nowMs` and not retired, or else the oldest one that is
   * not retired; null if all are retired. Also return whether the owner of the token to sign for is
   * being deleted: each mint needs both, and this is one statement.
   */
  findActiveKey(nowMs: number, organizationId: string, owner: TokenOwner): Promise<ActiveKey | null>
  insertSigningKey(row: SigningKeyRow): Promise<void>

  /**
   * Mark owners as being deleted. From then on, `findTokenByHash` returns the secrets of their
   * tokens as ended at `beganAt`. A mark that is there stays as it is.
   */
  beginDeletion(organizationId: string, owners: readonly TokenOwner[], beganAt: number): Promise<void>
  /** Return whether there is another organization that is neither deleted nor marked. */
  hasOtherOrganization(organizationId: string): Promise<boolean>
  /** Remove the marks. Call it when the last token has ended. */
  endDeletion(organizationId: string, owners: readonly TokenOwner[]): Promise<void>

  insertAudit(row: AuditRow): Promise<void>
  /** Return the rows, oldest first. */
  listAudit(organizationId: string): Promise<AuditRow[]>
}

/**
 * Organizations and what they contain. Lists are in order of creation, then id, unless a page has
 * `sorts`.
 */
interface DirectorySession {
  /** Return null if the organization does not exist or was deleted. */
  findOrganization(organizationId: string): Promise<OrganizationRow | null>
  /** Return the organizations that are not deleted. */
  listOrganizations(filter?: {names?: readonly string[]}, page?: DirectoryPage): Promise<OrganizationRow[]>
  countOrganizations(): Promise<number>
  /** Insert an organization. Its name is unique among those that are not deleted. */
  insertOrganization(row: OrganizationRow): Promise<void>
  /**
   * Remove the directory of an organization and mark its row as deleted. The row stays, because its
   * tokens stay.
   */
  deleteOrganization(organizationId: string, deletedAt: number): Promise<void>

  /** Return the workspaces that exist among these ids, in any order. */
  findWorkspaces(organizationId: string, ids: readonly string[]): Promise<WorkspaceRow[]>
  listWorkspaces(organizationId: string, filter?: WorkspaceFilter, page?: DirectoryPage): Promise<WorkspaceRow[]>
  countWorkspaces(organizationId: string, filter?: WorkspaceFilter): Promise<number>
  /** Insert a workspace. Its name is unique in the organization. */
  insertWorkspace(row: WorkspaceRow): Promise<void>
  /** Delete a workspace. Refused while it has a deployment. */
  deleteWorkspace(organizationId: string, id: string): Promise<void>

  /** Return the deployments that exist among these ids, in any order. */
  findDeployments(organizationId: string, ids: readonly string[]): Promise<DeploymentView[]>
  listDeployments(organizationId: string, filter?: DeploymentFilter, page?: DirectoryPage): Promise<DeploymentView[]>
  countDeployments(organizationId: string, filter?: DeploymentFilter): Promise<number>
  /** Insert a deployment. Its name is unique in the organization. */
  insertDeployment(row: DeploymentRow): Promise<void>
  deleteDeployment(organizationId: string, id: string): Promise<void>

  listRoles(organizationId: string, vendor: string, filter?: RoleFilter): Promise<RoleRow[]>
  /** Return false if the organization already has a role with this vendor, scope type and name. */
  insertRole(row: RoleRow): Promise<boolean>
  deleteRole(organizationId: string, id: string): Promise<void>

  listAccounts(organizationId: string, vendor: string, filter?: AccountFilter): Promise<AccountRow[]>
  /** Return false if the organization already has an account with this vendor and `nameKey`. */
  insertAccount(row: AccountRow): Promise<boolean>
  /** Write what can change of an account: its settings and the time of the change. */
  updateAccount(row: AccountRow): Promise<void>
  deleteAccount(organizationId: string, id: string): Promise<void>
}

interface TokenSession {
  listTokens(organizationId: string, filter: TokenFilter, page: TokenPage): Promise<TokenView[]>
  countTokens(organizationId: string, filter: TokenFilter): Promise<number>
  /**
   * Count the live tokens of each owner, over all vendors. Owners without a live token are left
   * out.
   */
  countTokensByOwner(organizationId: string): Promise<{scope: string; ownerId: string; count: number}[]>
  /** Return the vendors with live tokens in the organization. */
  listTokenVendors(organizationId: string): Promise<string[]>
  /** Return a token, also a deleted one: see `deletedAt`. */
  findToken(organizationId: string, vendor: string, id: string): Promise<TokenView | null>
  /** Return several tokens, also deleted ones, in any order. */
  findTokens(organizationId: string, vendor: string, ids: readonly string[]): Promise<TokenView[]>
  /** Return a token, also a deleted one, with its secrets that have not ended. */
  findTokenWithLiveValues(organizationId: string, vendor: string, id: string): Promise<TokenWithValues | null>
  /**
   * Return the secret with this hash, also an ended one, and its token. If the owner of the token
   * is being deleted, the secret is returned as ended by that.
   */
  findTokenByHash(organizationId: string, sha256: string): Promise<{token: TokenView; value: TokenValueRow} | null>
  /** Return the ids of live tokens that have this role on an entity of this type. */
  listTokenIdsWithRole(organizationId: string, vendor: string, entityType: string, role: string): Promise<string[]>
  /** Return the id of the oldest live token with this name, or null. */
  findTokenIdByName(organizationId: string, filter: TokenFilter, name: string): Promise<string | null>
  /** Return false if `uniqueName` is taken. */
  insertToken(row: TokenRow, roles: TokenRoleRow[]): Promise<boolean>
  /**
   * Write what differs between two rows of a token. `before` is the row as it was read. If the
   * stored revision is another one, return false. `after.revision` is `before.revision + 1`. A
   * deleted token never becomes live again.
   */
  updateToken(before: TokenRow, after: TokenRow): Promise<boolean>
  replaceTokenRoles(organizationId: string, tokenId: string, roles: TokenRoleRow[]): Promise<void>
  /**
   * Remove every role on this entity, and on the DAGs of this deployment, from live tokens, but
   * from at most `limit` of them. Return the ids of the tokens that had one.
   */
  deleteEntityRoles(organizationId: string, entityType: string, entityId: string, limit?: number): Promise<string[]>

  insertValue(row: TokenValueRow): Promise<void>
  /**
   * Return the secrets, oldest first. Ended secrets grow in number with every rotation, so use
   * `live` where speed matters.
   */
  listValues(organizationId: string, tokenId: string, filter?: {live: boolean}): Promise<TokenValueRow[]>
  /** Return the secret in force of each of these tokens, in any order. */
  listCurrentValues(organizationId: string, tokenIds: readonly string[]): Promise<TokenValueRow[]>
  /** Write the state, validity, grace and end of one secret. */
  updateValue(row: TokenValueRow): Promise<void>
  /**
   * Record a use of a secret and of its token, unless a use at or after `unlessUsedSince` is
   * recorded.
   */
  touchValue(organizationId: string, sha256: string, usedAt: number, unlessUsedSince: number): Promise<void>
}

export interface Store extends StoreSession {
  /**
   * Return reads for a process that answers many requests: what they find is kept until anyone
   * commits a change to the store. They never return what was true only before that commit.
   */
  keepReads(): RepeatedReads
  /**
   * Run `work` in a transaction and commit it before the promise resolves. If `work` throws,
   * nothing is written. Inside `work`, use only the session that it receives. Throw TIMEOUT if
   * another process holds the store for 10 seconds. If `wait` is false, throw TIMEOUT if another
   * process holds it now.
   *
   * `work` must be repeatable. If another transaction conflicts (PostgreSQL: 40001), an engine may
   * roll `work` back and run it again from the start. Only the last run counts. So `work` changes
   * nothing except through the session, and reads all that it needs itself. What it creates, such
   * as a secret, leaves it only as its result.
   */
  transaction<T>(work: (session: StoreSession) => Promise<T>, options?: {wait?: boolean}): Promise<T>
  /**
   * Resolves with the error to report when the files of the store were removed, replaced or
   * truncated.
   */
  lost: Promise<AppError>
  close(): Promise<void>
}
