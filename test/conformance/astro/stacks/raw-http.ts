import {expect} from 'chai'
import * as z from 'zod'
import {AppError} from '../../../../src/errors/app-error.ts'
import type {ErrorCode} from '../../../../src/errors/exit-codes.ts'
import type {AstroApi, AstroTokenRole, Sorts} from '../../../../src/vendors/astro/api.ts'
import type {AstroHttp} from '../../../support/astro-http.ts'
import {
  DEPLOYMENT,
  DEPLOYMENTS_PAGE,
  ERROR,
  MINTED_TOKEN,
  ORGANIZATION,
  ORGANIZATIONS_PAGE,
  ROLES_PAGE,
  SELF_USER,
  SUBJECT_ROLES,
  TOKEN,
  TOKENS_PAGE,
  WORKSPACE,
  WORKSPACES_PAGE,
} from '../answers.ts'
import type {AstroStack} from '../suite/target.ts'

/** Requests as a client writes them that has read only the published description of the API. */
export const RAW_HTTP: AstroStack = {title: 'raw HTTP', connect: rawHttpApi}

function rawHttpApi(service: AstroHttp, value: string): AstroApi {
  const {send, sendDelete} = createSender(service, value)
  return {
    getSelf: () => send('GET', '/v1/users/self?createIfNotExist=true', SELF_USER),
    listOrganizations: (query) => send('GET', `/v1/organizations${written(query)}`, ORGANIZATIONS_PAGE),
    getOrganization: (org) => send('GET', inOrganization(org), ORGANIZATION),
    listWorkspaces: (org, query) => send('GET', inOrganization(org, 'workspaces') + written(query), WORKSPACES_PAGE),
    getWorkspace: (org, id) => send('GET', inOrganization(org, 'workspaces', id), WORKSPACE),
    listDeployments: (org, query) => send('GET', inOrganization(org, 'deployments') + written(query), DEPLOYMENTS_PAGE),
    getDeployment: (org, id) => send('GET', inOrganization(org, 'deployments', id), DEPLOYMENT),
    listRoles: (org, query) => send('GET', inOrganization(org, 'roles') + written(query), ROLES_PAGE),

    listTokens: (org, query) => send('GET', inOrganization(org, 'tokens') + written(query), TOKENS_PAGE),
    createToken: (org, body) => send('POST', inOrganization(org, 'tokens'), MINTED_TOKEN, body),
    getToken: (org, id) => send('GET', inOrganization(org, 'tokens', id), TOKEN),
    updateToken: (org, id, body) => send('POST', inOrganization(org, 'tokens', id), TOKEN, body),
    async updateTokenRoles(org, id, roles) {
      const answer = await send('POST', inOrganization(org, 'tokens', id, 'roles'), SUBJECT_ROLES, {roles})
      expect(answer).to.deep.equal(subjectRolesOf(roles))
    },
    rotateToken: (org, id) => send('POST', inOrganization(org, 'tokens', id, 'rotate'), MINTED_TOKEN),
    deleteToken: (org, id) => sendDelete(inOrganization(org, 'tokens', id)),

    listAgentTokens: (org, deployment, query) =>
      send('GET', inOrganization(org, 'deployments', deployment, 'agent-tokens') + written(query), TOKENS_PAGE),
    createAgentToken: (org, deployment, body) =>
      send('POST', inOrganization(org, 'deployments', deployment, 'agent-tokens'), MINTED_TOKEN, body),
    getAgentToken: (org, deployment, id) =>
      send('GET', inOrganization(org, 'deployments', deployment, 'agent-tokens', id), TOKEN),
    deleteAgentToken: (org, deployment, id) =>
      sendDelete(inOrganization(org, 'deployments', deployment, 'agent-tokens', id)),
  }
}

function createSender(service: AstroHttp, value: string) {
  async function call(method: string, path: string, body?: unknown) {
    const answer = await service.call(method, path, {as: value, ...(body ? {body} : {})})
    if (answer.status !== 204) expect(answer.headers.get('content-type'), path).to.equal('application/json')
    if (answer.status >= 400) throw toError(answer.status, answer.body)
    return answer
  }
  return {
    /**
     * Expect 200 and JSON, with every required field and no undocumented one. Throw the error of
     * any other answer.
     */
    async send<Result>(method: string, path: string, schema: z.ZodType, body?: unknown): Promise<Result> {
      const answer = await call(method, path, body)
      expect(answer.status, path).to.equal(200)
      const {success, error} = schema.safeParse(answer.body)
      if (!success) throw new Error(`${method} ${path}: ${z.prettifyError(error)}`)
      return answer.body
    },
    async sendDelete(path: string): Promise<void> {
      const {status, body} = await call('DELETE', path)
      expect([status, body], path).to.deep.equal([204, null])
    },
  }
}

const CODES: Record<number, ErrorCode> = {
  400: 'INVALID',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
}

function toError(status: number, body: unknown): AppError {
  const {message, statusCode, fieldErrors} = ERROR.parse(body)
  expect(statusCode).to.equal(status)
  return new AppError(CODES[status] ?? 'INTERNAL', message, {
    hint: 'It is the service that refuses',
    ...(fieldErrors ? {fieldErrors} : {}),
  })
}

function inOrganization(...segments: string[]): string {
  return ['/v1/organizations', ...segments.map(encodeURIComponent)].join('/')
}

/** Write a query string. A list repeats its parameter, as in the description of the API. */
function written(query: object): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    const values = name === 'sorts' ? value.map(writtenSort) : [value].flat()
    for (const each of values) parameters.append(name, String(each))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

function writtenSort({field, descending}: Sorts<string>[number]): string {
  return `${field}:${descending ? 'desc' : 'asc'}`
}

/** Return the required answer to a change of roles: contracts/astro.md, section 7. */
function subjectRolesOf(roles: AstroTokenRole[]): z.infer<typeof SUBJECT_ROLES> {
  const [organization] = roles.filter(({entityType}) => entityType === 'ORGANIZATION')
  return {
    ...(organization ? {organizationRole: organization.role} : {}),
    workspaceRoles: roles.flatMap(({entityType, entityId, role}) =>
      entityType === 'WORKSPACE' ? [{workspaceId: entityId, role}] : [],
    ),
    deploymentRoles: roles.flatMap(({entityType, entityId, role}) =>
      entityType === 'DEPLOYMENT' ? [{deploymentId: entityId, role}] : [],
    ),
    dagRoles: roles.flatMap(({entityType, entityId, role, deploymentId = ''}) =>
      entityType === 'DAG' || entityType === 'DAG_TAG'
        ? [{deploymentId, role, ...(entityType === 'DAG' ? {dagId: entityId} : {dagTag: entityId})}]
        : [],
    ),
  }
}
