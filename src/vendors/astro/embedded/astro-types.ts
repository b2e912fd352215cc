import {AppError} from '../../../errors/app-error.ts'
import {DAY_MS} from '../../../lib/duration.ts'
import {toRfc3339, toRfc3339OrNull} from '../../../lib/rfc3339.ts'
import type {
  DeploymentView,
  OrganizationRow,
  RoleRow,
  TokenRoleRow,
  TokenView,
  WorkspaceRow,
} from '../../../service/store/store.ts'
import type {
  AstroDeployment,
  AstroOrganization,
  AstroRole,
  AstroTokenRole,
  AstroWorkspace,
  RoleEntityType,
  SubjectProfile,
  TokenKind,
  TokenScope,
} from '../api.ts'
import type {DetailedAstroToken} from '../capabilities.ts'
import {AGENT_KIND} from './policy.ts'

/** Return the profile in the API for a stored actor (`local:root`, `token:<id>`). */
type ProfileOf = (actor: string) => SubjectProfile

export interface TokenWireContext {
  profileOf: ProfileOf
  /** Epoch milliseconds. A grace that has ended by then is not shown. */
  now: number
  /** Return whether the caller can see the role. Other roles are left out. */
  seesRole(role: TokenRoleRow): boolean
}

export function toAstroToken(token: TokenView, {profileOf, now, seesRole}: TokenWireContext): DetailedAstroToken {
  const createdAt = toRfc3339(token.createdAt)
  // A list of thousands spends much of its time on formatting times, and most of them are equal to
  // createdAt.
  const toTime = (ms: number) => (ms === token.createdAt ? createdAt : toRfc3339(ms))
  const astroToken: DetailedAstroToken = {
    id: token.id,
    name: token.name,
    description: token.description,
    scope: toScope(token.scope),
    kind: toKind(token.kind),
    shortToken: token.fragment ?? '',
    startAt: toTime(token.validFrom ?? token.createdAt),
    revision: token.revision,
    createdAt,
    updatedAt: toTime(token.updatedAt),
    createdBy: profileOf(token.createdBy),
    updatedBy: profileOf(token.updatedBy),
    roles: token.roles.filter(seesRole).map(toAstroRole),
  }
  // Assigned and not spread: spreading takes three times as long as everything else here.
  if (token.validUntil !== null) astroToken.endAt = toRfc3339(token.validUntil)
  if (token.lifetimeMs !== null) astroToken.expiryPeriodInDays = Math.floor(token.lifetimeMs / DAY_MS)
  if (token.lastRotatedAt !== null) astroToken.lastRotatedAt = toRfc3339(token.lastRotatedAt)
  if (token.lastUsedAt !== null) astroToken.lastUsedAt = toRfc3339(token.lastUsedAt)
  astroToken.unfinishedRotationAt = toRfc3339OrNull(token.pendingSince)
  astroToken.graceUntil = toRfc3339OrNull(token.graceUntil !== null && token.graceUntil > now ? token.graceUntil : null)
  return astroToken
}

export function toAstroDeployment(deployment: DeploymentView): AstroDeployment {
  const {id, name, workspaceId, workspaceName, organizationId} = deployment
  return {id, name, workspaceId, workspaceName, organizationId, status: 'HEALTHY', ...toTimes(deployment)}
}

export function toAstroWorkspace(workspace: WorkspaceRow, organization: {name: string} | undefined): AstroWorkspace {
  const {id, name, description, organizationId} = workspace
  const organizationName = organization ? {organizationName: organization.name} : {}
  const names = {id, name, description, organizationId, ...organizationName}
  return {...names, cicdEnforcedDefault: false, ...toTimes(workspace)}
}

/** Product and plan of every organization. The plan includes everything. */
export const ORGANIZATION_KIND = {
  product: 'HOSTED',
  plan: {astronomerProduct: 'ASTRO', productPlanName: 'BUSINESS_CRITICAL'},
} as const

export function toAstroOrganization(organization: OrganizationRow): AstroOrganization {
  const {organizationId: id, name} = organization
  return {
    id,
    name,
    product: ORGANIZATION_KIND.product,
    status: 'ACTIVE',
    // An organization has exactly one plan, so the plan can have the id of the organization.
    productPlans: [{...ORGANIZATION_KIND.plan, organizationId: id, productPlanId: id}],
    isScimEnabled: false,
    allowEnhancedSupportAccess: false,
    hasAllowedIpAddressRanges: false,
    isBlockedEnableAiFeatures: false,
    shouldEnforceDedicatedClusters: false,
    ...toTimes(organization),
    createdBy: INSTALLATION_PROFILE,
    updatedBy: INSTALLATION_PROFILE,
  }
}

/** The creator of entities for which the store keeps no creator. */
const INSTALLATION_PROFILE: SubjectProfile = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}

export function toCustomRole(role: RoleRow): AstroRole {
  const {id, name, description} = role
  return {
    id,
    name,
    description,
    scopeType: role.scopeType === 'DAG' ? 'DAG' : toScope(role.scopeType),
    ...toTimes(role),
  }
}

export function toRoleRow(role: AstroTokenRole): TokenRoleRow {
  return {...role, deploymentId: role.deploymentId ?? null}
}

export function toAstroRole(row: TokenRoleRow): AstroTokenRole {
  const {entityId, role, deploymentId} = row
  const entityType = toEntityType(row.entityType)
  return deploymentId === null ? {entityType, entityId, role} : {entityType, entityId, role, deploymentId}
}

export function toTimes(row: {createdAt: number; updatedAt: number}): {createdAt: string; updatedAt: string} {
  return {createdAt: toRfc3339(row.createdAt), updatedAt: toRfc3339(row.updatedAt)}
}

export function toScope(scope: string): TokenScope {
  if (scope === 'DEPLOYMENT' || scope === 'WORKSPACE' || scope === 'ORGANIZATION') return scope
  throw unknownWord('scope', scope)
}

function toKind(kind: string): TokenKind {
  if (kind === 'STANDARD' || kind === 'DIRECT_ACCESS') return kind
  if (kind === AGENT_KIND) return 'STANDARD'
  throw unknownWord('kind', kind)
}

function toEntityType(type: string): RoleEntityType {
  return type === 'DAG' || type === 'DAG_TAG' ? type : toScope(type)
}

function unknownWord(what: string, word: string): AppError {
  return new AppError('INTERNAL', `The store holds an Astro token of an unknown ${what}: ${word}`)
}
