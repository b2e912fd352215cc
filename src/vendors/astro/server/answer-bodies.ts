import type {AstroDeployment, AstroRole, AstroRolesPage, AstroToken, AstroTokenRole, SubjectProfile} from '../api.ts'

/**
 * A token as Astro's clients know it, field by field: what the embedded service knows beyond that, such as the revision, is not for
 * them. `token` is the value, in the answers that may hold it.
 */
export function tokenBody(token: AstroToken, value?: string) {
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
    token: value,
  }
}

/** The answer to a change of roles: `SubjectRoles` (contracts/astro.md, 7). */
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

/** Who made what the API gives without its maker, though Astro's clients want one. */
const MAKER: SubjectProfile = {id: 'tokenry', fullName: 'tokenry', username: 'tokenry'}
const MADE = {createdBy: MAKER, updatedBy: MAKER}

/** With the fields that clients read of a deployment that runs an Airflow; this one runs none. */
export function deploymentBody(deployment: AstroDeployment) {
  const airflow = {type: 'STANDARD', namespace: '', airflowVersion: '', astroRuntimeVersion: ''}
  return {...deployment, ...airflow, ...MADE}
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
  return {...role, restrictedWorkspaceIds: [], ...MADE}
}
