import {AppError} from '../../../errors/app-error.ts'
import {toRfc3339} from '../../../lib/rfc3339.ts'
import type {DeploymentRow, OrganizationRow, WorkspaceRow} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {AstroApi, AstroOrganization, AstroSelfUser, OrganizationsQuery} from '../api.ts'
import {DEFAULT_ROLES} from '../roles.ts'
import {accessIn, type Principal, placeOfDeployment, placeOfWorkspace} from './access.ts'
import {timesOf, toAstroDeployment, toAstroOrganization, toAstroWorkspace, toCustomRole} from './astro-types.ts'
import {pageOf, pick} from './paging.ts'
import {ASTRO_POLICY} from './policy.ts'

/** The part of the API that only reads: who is there, and what tokens can be for. */
export type DirectoryApi = Pick<
  AstroApi,
  | 'getSelf'
  | 'listOrganizations'
  | 'getOrganization'
  | 'listWorkspaces'
  | 'getWorkspace'
  | 'listDeployments'
  | 'getDeployment'
  | 'listRoles'
>

/** Everything answers with what the principal can see; the rest is NOT_FOUND, or missing from a list and its count. */
export function directoryApi(service: TokenService, principal: Principal): DirectoryApi {
  const {read} = service
  const seen = createSight(service, principal)
  return {
    getSelf: async () => selfOf(service, principal),

    async listOrganizations(query) {
      const rows = (await seen.organizations()).filter((row) => hasPlan(toAstroOrganization(row), query))
      return {organizations: pick(rows, query).map(toAstroOrganization), ...pageOf(query, rows.length)}
    },
    async getOrganization(organizationId) {
      return toAstroOrganization(await seen.organization(organizationId))
    },

    async listWorkspaces(organizationId, query) {
      const organization = await seen.organization(organizationId)
      const rows = (await seen.workspaces(organizationId)).filter(
        ({id, name}) => isListed(query.workspaceIds, id) && isListed(query.names, name),
      )
      const workspaces = pick(rows, query).map((row) => toAstroWorkspace(row, organization))
      return {workspaces, ...pageOf(query, rows.length)}
    },
    async getWorkspace(organizationId, workspaceId) {
      const organization = await seen.organization(organizationId)
      const found = (await seen.workspaces(organizationId)).find(({id}) => id === workspaceId)
      if (!found) throw notThere('workspace', workspaceId)
      return toAstroWorkspace(found, organization)
    },

    async listDeployments(organizationId, query) {
      const rows = (await seen.deployments(organizationId)).filter(
        ({id, name, workspaceId}) =>
          isListed(query.deploymentIds, id) && isListed(query.names, name) && isListed(query.workspaceIds, workspaceId),
      )
      const workspaces = await read.listWorkspaces(organizationId)
      const deployments = pick(rows, query).map((row) => toAstroDeployment(row, workspaceOf(row, workspaces)))
      return {deployments, ...pageOf(query, rows.length)}
    },
    async getDeployment(organizationId, deploymentId) {
      const found = (await seen.deployments(organizationId)).find(({id}) => id === deploymentId)
      if (!found) throw notThere('deployment', deploymentId)
      return toAstroDeployment(found, workspaceOf(found, await read.listWorkspaces(organizationId)))
    },

    async listRoles(organizationId, query) {
      await seen.organization(organizationId)
      const ofScope = ({scopeType}: {scopeType: string}) => isListed(query.scopeTypes, scopeType)
      const custom = (await read.listRoles(organizationId, ASTRO_POLICY.vendor)).filter(ofScope)
      // The one list whose pages have no greatest size (contracts/astro.md, 5.3).
      const noMax = Number.MAX_SAFE_INTEGER
      const roles = {
        roles: pick(custom, query, noMax).map(toCustomRole),
        ...pageOf(query, custom.length, noMax),
      }
      return query.includeDefaultRoles ? {...roles, defaultRoles: DEFAULT_ROLES.filter(ofScope)} : roles
    },
  }
}

/** What of the directory the principal can see. NOT_FOUND for an organization that is not its own. */
function createSight({read}: TokenService, principal: Principal) {
  async function organizations(): Promise<OrganizationRow[]> {
    const rows = await read.listOrganizations()
    if (principal.kind === 'owner') return rows
    return rows.filter(({organizationId}) => organizationId === principal.token.organizationId)
  }
  async function organization(organizationId: string): Promise<OrganizationRow> {
    const found = (await organizations()).find((row) => row.organizationId === organizationId)
    if (!found) throw notThere('organization', organizationId)
    return found
  }
  return {
    organizations,
    organization,
    async workspaces(organizationId: string): Promise<WorkspaceRow[]> {
      await organization(organizationId)
      const deployments = await read.listDeployments(organizationId)
      const rows = await read.listWorkspaces(organizationId)
      return rows.filter((row) => accessIn(principal, placeOfWorkspace(row, deployments)) !== 'none')
    },
    async deployments(organizationId: string): Promise<DeploymentRow[]> {
      await organization(organizationId)
      const rows = await read.listDeployments(organizationId)
      return rows.filter((row) => accessIn(principal, placeOfDeployment(row)) !== 'none')
    },
  }
}

/** A token has no user: it stands for itself, with an address that can never be delivered to (RFC 2606, section 2). */
function selfOf({installation}: TokenService, principal: Principal): AstroSelfUser {
  const common = {avatarUrl: '', status: 'ACTIVE'} as const
  if (principal.kind === 'owner') {
    const {id} = principal.actor
    const since = toRfc3339(installation.createdAt)
    return {...common, id: `local:${id}`, username: id, fullName: id, createdAt: since, updatedAt: since}
  }
  const {token} = principal
  const username = `${token.id}@tokens.tokenry.invalid`
  const names = {id: token.id, username, fullName: token.name, organizationId: token.organizationId}
  return {...common, ...names, ...timesOf(token)}
}

function hasPlan({product, productPlans}: AstroOrganization, query: OrganizationsQuery): boolean {
  return (
    isWanted(query.product, product) &&
    productPlans.some(
      (plan) =>
        isWanted(query.productPlan, plan.productPlanName) && isWanted(query.astronomerProduct, plan.astronomerProduct),
    )
  )
}

function workspaceOf({workspaceId}: DeploymentRow, workspaces: WorkspaceRow[]): WorkspaceRow | undefined {
  return workspaces.find(({id}) => id === workspaceId)
}

function isListed(wanted: string[] | undefined, value: string): boolean {
  return wanted?.includes(value) ?? true
}

function isWanted(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value
}

function notThere(what: string, id: string): AppError {
  return new AppError('NOT_FOUND', `No ${what} ${id}`, {hint: 'Check the id'})
}
