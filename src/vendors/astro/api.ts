import type {LifetimeRule} from '../../lib/lifetime.ts'

/**
 * The part of the Astro API v1 that tokenry uses, with one method per operation. Astro itself or
 * the token service implements it. Names, limits and meanings are from contracts/astro.md, sections
 * 5 to 8.
 */
export interface AstroApi {
  /** Return the user of the credential; for an API token, a substitute user with its name. */
  getSelf(): Promise<AstroSelfUser>
  listOrganizations(query: OrganizationsQuery): Promise<Page<'organizations', AstroOrganization>>
  getOrganization(organizationId: string): Promise<AstroOrganization>
  listWorkspaces(organizationId: string, query: WorkspacesQuery): Promise<Page<'workspaces', AstroWorkspace>>
  getWorkspace(organizationId: string, workspaceId: string): Promise<AstroWorkspace>
  listDeployments(organizationId: string, query: DeploymentsQuery): Promise<Page<'deployments', AstroDeployment>>
  getDeployment(organizationId: string, deploymentId: string): Promise<AstroDeployment>
  listRoles(organizationId: string, query: RolesQuery): Promise<AstroRolesPage>

  listTokens(organizationId: string, query: TokensQuery): Promise<Page<'tokens', AstroToken>>
  /** Only this response has the secret, in `token`. */
  createToken(organizationId: string, body: CreateTokenBody): Promise<AstroMintedToken>
  getToken(organizationId: string, tokenId: string): Promise<AstroToken>
  /** Change the name or the description. If the description is absent, it does not change. */
  updateToken(organizationId: string, tokenId: string, body: UpdateTokenBody): Promise<AstroToken>
  /** Replace the whole role set, which must not be empty. */
  updateTokenRoles(organizationId: string, tokenId: string, roles: AstroTokenRole[]): Promise<void>
  /** Create a new secret. The old one is refused as soon as this resolves. */
  rotateToken(organizationId: string, tokenId: string): Promise<AstroMintedToken>
  deleteToken(organizationId: string, tokenId: string): Promise<void>

  /**
   * List agent tokens. They sign in the agents of a deployment and hold no role. `listTokens` does
   * not return them.
   */
  listAgentTokens(
    organizationId: string,
    deploymentId: string,
    query: AgentTokensQuery,
  ): Promise<Page<'tokens', AstroToken>>
  /** Only this response has the secret, in `token`. */
  createAgentToken(organizationId: string, deploymentId: string, body: CreateAgentTokenBody): Promise<AstroMintedToken>
  getAgentToken(organizationId: string, deploymentId: string, tokenId: string): Promise<AstroToken>
  deleteAgentToken(organizationId: string, deploymentId: string, tokenId: string): Promise<void>
}

/**
 * The port on which the `astro` binary looks for a service on `localhost` (contracts/astro.md,
 * section 1).
 */
export const ASTRO_PORT = 8888

/** Lengths are in characters: code points, not UTF-16 units. */
export const ASTRO_LIMITS = {
  nameLengthMax: 256,
  descriptionLengthMax: 500,
  // The next four limits are ours: Astro documents none.
  roleLengthMax: 256,
  idLengthMax: 256,
  rolesMax: 200,
  dagTagsMax: 100,
  expiryDaysMin: 1,
  expiryDaysMax: 3650,
  pageLimitDefault: 20,
  pageLimitMax: 1000,
} as const

/** The lifetimes that a token can have: whole days, or no end. */
export const ASTRO_LIFETIME: LifetimeRule = {
  unit: 'day',
  min: ASTRO_LIMITS.expiryDaysMin,
  max: ASTRO_LIMITS.expiryDaysMax,
  unitRequired: false,
  never: true,
}

/** From the narrowest scope to the widest. */
export const TOKEN_SCOPES = ['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

/** The kinds of the tokens that hold roles. */
export const TOKEN_KINDS = ['STANDARD', 'DIRECT_ACCESS'] as const
export type TokenKind = (typeof TOKEN_KINDS)[number]

/** The types of the entities that a role can be on. */
export const ROLE_ENTITY_TYPES = [...TOKEN_SCOPES, 'DAG', 'DAG_TAG'] as const
export type RoleEntityType = (typeof ROLE_ENTITY_TYPES)[number]

/** The levels that a role can be for. */
export const ROLE_SCOPE_TYPES = [...TOKEN_SCOPES, 'DAG'] as const

export const ORGANIZATION_PRODUCTS = ['HOSTED', 'HYBRID'] as const
export const PRODUCT_PLANS = ['TRIAL', 'BASIC', 'STANDARD', 'PREMIUM', 'BUSINESS_CRITICAL'] as const
export const ASTRONOMER_PRODUCTS = ['ASTRO'] as const

export interface PageRequest {
  offset?: number
  limit?: number
}

/** `{tokens: […], limit, offset, totalCount}`. `totalCount` counts all items that match. */
export type Page<Name extends string, Item> = Record<Name, Item[]> & {
  limit: number
  offset: number
  totalCount: number
}

/** The first key decides. The next keys break ties. */
export type Sorts<Field extends string> = readonly {field: Field; descending: boolean}[]

export const DIRECTORY_SORT_FIELDS = ['name', 'createdAt', 'updatedAt'] as const
export type DirectorySortField = (typeof DIRECTORY_SORT_FIELDS)[number]

export const TOKEN_SORT_FIELDS = ['name', 'description', 'createdAt', 'updatedAt', 'tokenStartAt'] as const
export type TokenSortField = (typeof TOKEN_SORT_FIELDS)[number]

export const AGENT_TOKEN_SORT_FIELDS = [...TOKEN_SORT_FIELDS, 'createdById', 'updatedById'] as const
export type AgentTokenSortField = (typeof AGENT_TOKEN_SORT_FIELDS)[number]

export const ROLE_SORT_FIELDS = ['name', 'scopeType', 'description', 'createdAt', 'updatedAt'] as const
export type RoleSortField = (typeof ROLE_SORT_FIELDS)[number]

export interface OrganizationsQuery extends PageRequest {
  product?: string
  productPlan?: string
  astronomerProduct?: string
  sorts?: Sorts<DirectorySortField>
}

export interface WorkspacesQuery extends PageRequest {
  workspaceIds?: string[]
  names?: string[]
  sorts?: Sorts<DirectorySortField>
}

export interface DeploymentsQuery extends PageRequest {
  deploymentIds?: string[]
  names?: string[]
  workspaceIds?: string[]
  sorts?: Sorts<DirectorySortField>
}

export interface TokensQuery extends PageRequest {
  workspaceId?: string
  deploymentId?: string
  dagId?: string
  dagTags?: string[]
  includeOnlyOrganizationTokens?: boolean
  kind?: TokenKind
  sorts?: Sorts<TokenSortField>
}

export interface AgentTokensQuery extends PageRequest {
  sorts?: Sorts<AgentTokenSortField>
}

export interface RolesQuery extends PageRequest {
  includeDefaultRoles?: boolean
  scopeTypes?: string[]
  sorts?: Sorts<RoleSortField>
}

export interface CreateTokenBody {
  name: string
  description?: string
  role: string
  scope: TokenScope
  /** The workspace or deployment; absent for ORGANIZATION. */
  entityId?: string
  kind?: TokenKind
  /** 1 to 3650; absent for a token that never expires. */
  tokenExpiryPeriodInDays?: number
}

export interface CreateAgentTokenBody {
  name: string
  description?: string
  /** 1 to 3650; absent for a token that never expires. */
  tokenExpiryPeriodInDays?: number
}

export interface UpdateTokenBody {
  name: string
  description?: string
}

export interface AstroTokenRole {
  entityType: RoleEntityType
  entityId: string
  role: string
  /** The deployment of a DAG role. */
  deploymentId?: string
}

export interface SubjectProfile {
  id: string
  subjectType?: 'USER' | 'SERVICEKEY'
  fullName?: string
  username?: string
  apiTokenName?: string
}

/** Times are RFC 3339 in UTC. */
export interface AstroToken {
  id: string
  name: string
  description: string
  scope: TokenScope
  kind: TokenKind
  shortToken: string
  startAt: string
  /** Absent if the token never expires. */
  endAt?: string
  expiryPeriodInDays?: number
  lastRotatedAt?: string
  lastUsedAt?: string
  createdAt: string
  updatedAt: string
  createdBy?: SubjectProfile
  updatedBy?: SubjectProfile
  roles: AstroTokenRole[]
}

export interface AstroMintedToken extends AstroToken {
  /** The secret. */
  token: string
}

export interface AstroOrganization {
  id: string
  name: string
  /** Absent if Astro does not report it. */
  product?: (typeof ORGANIZATION_PRODUCTS)[number] | undefined
  status?: 'ACTIVE' | 'INACTIVE' | 'SUSPENDED'
  productPlans: AstroProductPlan[]
  isScimEnabled: boolean
  allowEnhancedSupportAccess: boolean
  hasAllowedIpAddressRanges: boolean
  isBlockedEnableAiFeatures: boolean
  shouldEnforceDedicatedClusters: boolean
  createdAt: string
  updatedAt: string
  createdBy: SubjectProfile
  updatedBy: SubjectProfile
}

interface AstroProductPlan {
  astronomerProduct: (typeof ASTRONOMER_PRODUCTS)[number]
  organizationId: string
  productPlanId: string
  /** TRIAL, BASIC, STANDARD, PREMIUM, BUSINESS_CRITICAL … */
  productPlanName: string
}

export interface AstroWorkspace {
  id: string
  name: string
  description?: string
  organizationId: string
  organizationName?: string
  cicdEnforcedDefault: boolean
  createdAt: string
  updatedAt: string
}

export interface AstroSelfUser {
  id: string
  /** The e-mail address, if the user has one. */
  username: string
  fullName: string
  avatarUrl: string
  status: 'ACTIVE' | 'INACTIVE' | 'PENDING' | 'BANNED'
  organizationId?: string
  createdAt: string
  updatedAt: string
}

export interface AstroDeployment {
  id: string
  name: string
  workspaceId: string
  workspaceName?: string
  /** Absent if Astro does not report it; so is `status`. */
  organizationId?: string
  status?: string
  createdAt: string
  updatedAt: string
}

export interface AstroRole {
  id: string
  name: string
  description?: string
  scopeType: (typeof ROLE_SCOPE_TYPES)[number]
  createdAt: string
  updatedAt: string
}

export interface AstroDefaultRole {
  name: string
  description: string
  scopeType: string
}

export interface AstroRolesPage extends Page<'roles', AstroRole> {
  defaultRoles?: AstroDefaultRole[]
}
