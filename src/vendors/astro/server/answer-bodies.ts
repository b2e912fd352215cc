import type {AstroDeployment, AstroRole, AstroRolesPage, AstroToken, AstroTokenRole, SubjectProfile} from '../api.ts'

/**
 * Return a token with the fields of Astro's API. Other fields of the embedded service, such as the
 * revision, are left out. `secret` is set only for a response that may hold it.
 */
export function tokenBody(token: AstroToken, secret?: string) {
  return {
    id: token.id,
    name: token.name,
    description: token.description,
    scope: token.scope,
    kind: token.kind,
    shortToken: token.shortToken,
    startAt: token.startAt,
    endAt: token.endAt,
    expiryPeriodInDays: token.expiryPeriodInDays,
    lastRotatedAt: token.lastRotatedAt,
    lastUsedAt: token.lastUsedAt,
    createdAt: token.createdAt,
    updatedAt: token.updatedAt,
    createdBy: token.createdBy,
    updatedBy: token.updatedBy,
    roles: token.roles,
    token: secret,
  }
}

/** Return the response to a change of roles: `SubjectRoles` (contracts/astro.md, 7). */
export function subjectRoles(roles: AstroTokenRole[]) {
  const of = (...types: AstroTokenRole['entityType'][]) => roles.filter(({entityType}) => types.includes(entityType))
  return {
    organizationRole: of('ORGANIZATION')[0]?.role,
    workspaceRoles: of('WORKSPACE').map(({entityId, role}) => ({workspaceId: entityId, role})),
    deploymentRoles: of('DEPLOYMENT').map(({entityId, role}) => ({deploymentId: entityId, role})),
    dagRoles: of('DAG', 'DAG_TAG').map(({entityType, entityId, role, deploymentId}) => ({
      deploymentId,
      role,
      ...(entityType === 'DAG' ? {dagId: entityId} : {dagTag: entityId}),
    })),
  }
}

/** A creator for entities without one: Astro's clients require the field. */
const CREATOR: SubjectProfile = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}
const CREATED = {createdBy: CREATOR, updatedBy: CREATOR}

/**
 * The Airflow fields of a deployment that clients read. It runs no Airflow: quantities and versions
 * are empty, and enumerations have the default of Astro. `astro deployment inspect`, `worker-queue`
 * and the lists of connections crash if one of them is missing.
 */
const AIRFLOW = {
  type: 'STANDARD',
  namespace: '',
  airflowVersion: '',
  astroRuntimeVersion: '',
  executor: 'CELERY',
  schedulerSize: 'SMALL',
  defaultTaskPodCpu: '',
  defaultTaskPodMemory: '',
  resourceQuotaCpu: '',
  resourceQuotaMemory: '',
  workerQueues: [],
  // Not a valid port, so that the binary prints this name in an error, and sends nothing.
  webServerAirflowApiUrl: 'embedded-token-service-has-no-airflow:none',
}

export function deploymentBody(deployment: AstroDeployment) {
  return {...deployment, ...AIRFLOW, ...CREATED}
}

export function rolesBody({roles, defaultRoles, ...page}: AstroRolesPage) {
  const permissions: string[] = []
  return {
    ...page,
    roles: roles.map(roleBody),
    ...(defaultRoles ? {defaultRoles: defaultRoles.map((role) => ({...role, permissions}))} : {}),
  }
}

function roleBody(role: AstroRole) {
  return {...role, restrictedWorkspaceIds: [], ...CREATED}
}
