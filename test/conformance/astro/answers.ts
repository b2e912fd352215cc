import * as z from 'zod'

/**
 * Schemas of the answers that clients need from the API: contracts/astro.md, section 7. The objects
 * are strict, so that no field of our own and no second secret gets out.
 */

const id = z.string().min(1)
/** UTC, to the second, as Astro documents it (contracts/astro.md, 5.1). */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
const times = {createdAt: time, updatedAt: time}

const profile = z.strictObject({
  id,
  subjectType: z.enum(['USER', 'SERVICEKEY']).optional(),
  fullName: z.string().optional(),
  username: z.string().optional(),
  avatarUrl: z.string().optional(),
  apiTokenName: z.string().optional(),
})
const makers = {createdBy: profile, updatedBy: profile}

const tokenFields = {
  id: z.string().regex(/^c[0-9a-z]{24}$/),
  name: z.string().min(1),
  description: z.string(),
  scope: z.enum(['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION']),
  kind: z.enum(['STANDARD', 'DIRECT_ACCESS']),
  shortToken: z.string().length(8),
  startAt: time,
  endAt: time.optional(),
  expiryPeriodInDays: z.int().optional(),
  lastRotatedAt: time.optional(),
  lastUsedAt: time.optional(),
  ...times,
  ...makers,
  roles: z.array(
    z.strictObject({
      entityType: z.enum(['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT', 'DAG', 'DAG_TAG']),
      entityId: id,
      role: z.string().min(1),
      deploymentId: id.optional(),
    }),
  ),
}
export const TOKEN = z.strictObject(tokenFields)
/** The only answers that contain the secret. A JWT library can read it. */
export const MINTED_TOKEN = z.strictObject({...tokenFields, token: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)})

export const SUBJECT_ROLES = z.strictObject({
  organizationRole: z.string().optional(),
  workspaceRoles: z.array(z.strictObject({workspaceId: id, role: z.string()})),
  deploymentRoles: z.array(z.strictObject({deploymentId: id, role: z.string()})),
  dagRoles: z.array(
    z.strictObject({deploymentId: id, role: z.string(), dagId: z.string().optional(), dagTag: z.string().optional()}),
  ),
})

export const ORGANIZATION = z.strictObject({
  id,
  name: z.string(),
  // Without this field the binary crashes (contracts/astro.md, 3.2).
  product: z.enum(['HOSTED', 'HYBRID']),
  status: z.enum(['ACTIVE', 'INACTIVE', 'SUSPENDED']),
  productPlans: z.array(
    z.strictObject({
      astronomerProduct: z.literal('ASTRO'),
      organizationId: id,
      productPlanId: id,
      productPlanName: z.string(),
    }),
  ),
  isScimEnabled: z.boolean(),
  allowEnhancedSupportAccess: z.boolean(),
  hasAllowedIpAddressRanges: z.boolean(),
  isBlockedEnableAiFeatures: z.boolean(),
  shouldEnforceDedicatedClusters: z.boolean(),
  ...times,
  ...makers,
})

export const SELF_USER = z.strictObject({
  id,
  username: z.string().min(1),
  fullName: z.string(),
  avatarUrl: z.string(),
  status: z.enum(['ACTIVE', 'INACTIVE', 'PENDING', 'BANNED']),
  organizationId: id.optional(),
  ...times,
})

export const WORKSPACE = z.strictObject({
  id,
  name: z.string(),
  description: z.string().optional(),
  organizationId: id,
  organizationName: z.string().optional(),
  cicdEnforcedDefault: z.boolean(),
  ...times,
})

export const DEPLOYMENT = z.strictObject({
  id,
  name: z.string(),
  workspaceId: id,
  workspaceName: z.string().optional(),
  organizationId: id,
  status: z.enum(['CREATING', 'DEPLOYING', 'HEALTHY', 'UNHEALTHY', 'UNKNOWN', 'HIBERNATING']),
  type: z.enum(['STANDARD', 'DEDICATED', 'HYBRID']),
  namespace: z.string(),
  airflowVersion: z.string(),
  astroRuntimeVersion: z.string(),
  // Without these the binary crashes in `deployment inspect`, in its lists of connections, pools
  // and Airflow variables, and in `worker-queue delete`.
  executor: z.enum(['ASTRO', 'CELERY', 'KUBERNETES']),
  schedulerSize: z.enum(['SMALL', 'MEDIUM', 'LARGE', 'EXTRA_LARGE']),
  defaultTaskPodCpu: z.string(),
  defaultTaskPodMemory: z.string(),
  resourceQuotaCpu: z.string(),
  resourceQuotaMemory: z.string(),
  workerQueues: z.array(z.never()),
  webServerAirflowApiUrl: z.string(),
  ...times,
  ...makers,
})

const role = z.strictObject({
  id,
  name: z.string(),
  description: z.string().optional(),
  scopeType: z.enum(['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION']),
  restrictedWorkspaceIds: z.array(id),
  ...times,
  ...makers,
})
// Without the description of a built-in role the binary crashes (contracts/astro.md, 6.6).
const defaultRole = z.strictObject({
  name: z.string(),
  description: z.string(),
  scopeType: z.enum(['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION', 'SYSTEM', 'DAG']),
  permissions: z.array(z.string()),
})

const pageFields = {limit: z.int().min(0), offset: z.int().min(0), totalCount: z.int().min(0)}
export const TOKENS_PAGE = z.strictObject({tokens: z.array(TOKEN), ...pageFields})
export const ORGANIZATIONS_PAGE = z.strictObject({organizations: z.array(ORGANIZATION), ...pageFields})
export const WORKSPACES_PAGE = z.strictObject({workspaces: z.array(WORKSPACE), ...pageFields})
export const DEPLOYMENTS_PAGE = z.strictObject({deployments: z.array(DEPLOYMENT), ...pageFields})
export const ROLES_PAGE = z.strictObject({
  roles: z.array(role),
  defaultRoles: z.array(defaultRole).optional(),
  ...pageFields,
})

/** Contracts/astro.md, 5.2. */
export const ERROR = z.strictObject({
  message: z.string().min(1),
  requestId: z.uuid(),
  statusCode: z.int().min(400).max(600),
  fieldErrors: z
    .array(z.strictObject({field: z.string().min(1), code: z.string().min(1), message: z.string().min(1)}))
    .optional(),
})

const AUTH_CONFIG = z.strictObject({
  clientId: z.string().min(1),
  audience: z.string().min(1),
  // The binary appends paths to this URL, so it ends with a slash.
  domainUrl: z.string().regex(/^http:\/\/.+\/$/),
})
const USER_INFO = z.strictObject({sub: id, email: z.string().min(1), name: z.string()})
/** A success has no `error`. The binary checks nothing else (contracts/astro.md, 6.8). */
const OAUTH_TOKEN = z.strictObject({
  access_token: z.string().min(1),
  refresh_token: z.string(),
  id_token: z.string(),
  token_type: z.literal('Bearer'),
  scope: z.string(),
  expires_in: z.int().min(1),
})

const TOKENS = '/v1/organizations/:org/tokens'
const SCHEMAS: [string, z.ZodType][] = [
  [`GET ${TOKENS}`, TOKENS_PAGE],
  [`POST ${TOKENS}`, MINTED_TOKEN],
  [`GET ${TOKENS}/:token`, TOKEN],
  [`POST ${TOKENS}/:token`, TOKEN],
  [`POST ${TOKENS}/:token/roles`, SUBJECT_ROLES],
  [`POST ${TOKENS}/:token/rotate`, MINTED_TOKEN],
  ['GET /v1/organizations', ORGANIZATIONS_PAGE],
  ['GET /v1/organizations/:org', ORGANIZATION],
  ['GET /v1/organizations/:org/workspaces', WORKSPACES_PAGE],
  ['GET /v1/organizations/:org/deployments', DEPLOYMENTS_PAGE],
  ['GET /v1/organizations/:org/roles', ROLES_PAGE],
  ['GET /v1/users/self', SELF_USER],
  ['GET /private/v1alpha1/cli/auth-config', AUTH_CONFIG],
  ['GET /userinfo', USER_INFO],
  ['POST /oauth/token', OAUTH_TOKEN],
]

/** Return the schema of the answer to a successful request: method and target as they are sent. */
export function schemaOf(request: string): z.ZodType {
  const [path = ''] = request.split('?')
  const found = SCHEMAS.find(([pattern]) => new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path))
  if (!found) throw new Error(`No schema for the answer to ${request}`)
  return found[1]
}
