import {HttpRefusal} from '../../../service/http/failure.ts'
import {deploymentBody, rolesBody} from './answer-bodies.ts'
import {DEPLOYMENTS_QUERY, ORGANIZATIONS_QUERY, param, ROLES_QUERY, readQuery, WORKSPACES_QUERY} from './request.ts'
import type {ApiRoutes} from './sign-in.ts'

/** Users, and the places and roles that tokens can have: contracts/astro.md, 6.2 to 6.6. */
export const DIRECTORY_ROUTES: ApiRoutes = {
  '/v1/users/self': {
    async GET(c, api) {
      return c.json(await api.getSelf())
    },
  },
  '/v1/organizations': {
    async GET(c, api) {
      return c.json(await api.listOrganizations(readQuery(c, ORGANIZATIONS_QUERY)))
    },
  },
  '/v1/organizations/:org': {
    async GET(c, api) {
      return c.json(await api.getOrganization(param(c, 'org')))
    },
  },
  '/v1/organizations/:org/workspaces': {
    async GET(c, api) {
      return c.json(await api.listWorkspaces(param(c, 'org'), readQuery(c, WORKSPACES_QUERY)))
    },
  },
  '/v1/organizations/:org/workspaces/:workspace': {
    async GET(c, api) {
      return c.json(await api.getWorkspace(param(c, 'org'), param(c, 'workspace')))
    },
  },
  '/v1/organizations/:org/deployments': {
    async GET(c, api) {
      const page = await api.listDeployments(param(c, 'org'), readQuery(c, DEPLOYMENTS_QUERY))
      return c.json({...page, deployments: page.deployments.map(deploymentBody)})
    },
  },
  '/v1/organizations/:org/deployments/:deployment': {
    async GET(c, api) {
      return c.json(deploymentBody(await api.getDeployment(param(c, 'org'), param(c, 'deployment'))))
    },
  },
  '/v1/organizations/:org/roles': {
    async GET(c, api) {
      return c.json(rolesBody(await api.listRoles(param(c, 'org'), readQuery(c, ROLES_QUERY))))
    },
  },
}

const noOrganization = async () => {
  throw new HttpRefusal(404, 'No organization is chosen: the path of the request has no organization')
}

/**
 * The paths that the binary requests if it has no organization, for example because its token does
 * not work. The credential is checked first, so that a user with a bad token gets that error
 * (contracts/astro.md, 3.2 and 5.1).
 */
export const NO_ORGANIZATION_ROUTES: ApiRoutes = {
  '/v1/organizations//*': {GET: noOrganization, POST: noOrganization, DELETE: noOrganization},
}
