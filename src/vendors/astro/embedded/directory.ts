import {AppError} from '../../../errors/app-error.ts'
import {toRfc3339} from '../../../lib/rfc3339.ts'
import type {DirectoryPage, OrganizationRow} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {AstroApi, AstroSelfUser, DirectorySortField, OrganizationsQuery, Sorts} from '../api.ts'
import {DEFAULT_ROLES} from '../roles.ts'
import {accessIn, type Entity, findReach, type Principal, placeOfDeployment} from './access.ts'
import {
  ORGANIZATION_KIND,
  toAstroDeployment,
  toAstroOrganization,
  toAstroWorkspace,
  toCustomRole,
  toTimes,
} from './astro-types.ts'
import {bounds, countAll, pick, toPage} from './paging.ts'
import {accessTo} from './places.ts'
import {ASTRO_POLICY} from './policy.ts'

/** The part of the API that only reads: users, and the places and roles that tokens can have. */
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

/**
 * Return the API for the directory. It returns only what the principal can see. Anything else is
 * NOT_FOUND, or is missing from a list and its count.
 */
export function directoryApi(service: TokenService, principal: Principal): DirectoryApi {
  const {read} = service
  const organizations = createOrganizations(service, principal)
  const reach = findReach(principal)
  const withinReach = reach ? {reach} : {}
  return {
    getSelf: async () => toSelf(service, principal),

    async listOrganizations(query) {
      if (!hasPlan(query)) return {organizations: [], ...toPage(query, 0)}
      const page = {...bounds(query), sorts: toSorts(query)}
      const {rows, totalCount} = await organizations.list(page)
      return {organizations: rows.map(toAstroOrganization), ...toPage(query, totalCount)}
    },
    async getOrganization(organizationId) {
      return toAstroOrganization(await organizations.find(organizationId))
    },

    async listWorkspaces(organizationId, query) {
      const organization = await organizations.find(organizationId)
      const page = {...bounds(query), sorts: toSorts(query)}
      const filter = {...listed('ids', query.workspaceIds), ...listed('names', query.names), ...withinReach}
      const rows = await read.listWorkspaces(organizationId, filter, page)
      const totalCount = await countAll(page, rows, () => read.countWorkspaces(organizationId, filter))
      return {workspaces: rows.map((row) => toAstroWorkspace(row, organization)), ...toPage(query, totalCount)}
    },
    async getWorkspace(organizationId, workspaceId) {
      const organization = await organizations.find(organizationId)
      const entity: Entity = {organizationId, scope: 'WORKSPACE', id: workspaceId}
      const [found] = await read.findWorkspaces(organizationId, [workspaceId])
      if (!found || (await accessTo(read, principal, entity)) === 'none') throw notFound('workspace', workspaceId)
      return toAstroWorkspace(found, organization)
    },

    async listDeployments(organizationId, query) {
      organizations.requireReach(organizationId)
      const page = {...bounds(query), sorts: toSorts(query)}
      const filter = {
        ...listed('ids', query.deploymentIds),
        ...listed('names', query.names),
        ...listed('workspaceIds', query.workspaceIds),
        ...withinReach,
      }
      const rows = await read.listDeployments(organizationId, filter, page)
      await organizations.require(organizationId, rows)
      const totalCount = await countAll(page, rows, () => read.countDeployments(organizationId, filter))
      return {deployments: rows.map(toAstroDeployment), ...toPage(query, totalCount)}
    },
    async getDeployment(organizationId, deploymentId) {
      await organizations.find(organizationId)
      const [found] = await read.findDeployments(organizationId, [deploymentId])
      if (!found || accessIn(principal, placeOfDeployment(found)) === 'none') throw notFound('deployment', deploymentId)
      return toAstroDeployment(found)
    },

    async listRoles(organizationId, query) {
      organizations.requireReach(organizationId)
      const ofScope = ({scopeType}: {scopeType: string}) => query.scopeTypes?.includes(scopeType) ?? true
      const custom = await read.listRoles(organizationId, ASTRO_POLICY.vendor, listed('scopeTypes', query.scopeTypes))
      await organizations.require(organizationId, custom)
      // This is the only list without a maximum page size (contracts/astro.md, 5.3).
      const noMax = Number.MAX_SAFE_INTEGER
      const roles = {
        roles: pick(custom, query, noMax).map(toCustomRole),
        ...toPage(query, custom.length, noMax),
      }
      return query.includeDefaultRoles ? {...roles, defaultRoles: DEFAULT_ROLES.filter(ofScope)} : roles
    },
  }
}

/** Return the organizations that the principal can see. NOT_FOUND for any other one. */
function createOrganizations({read}: TokenService, principal: Principal) {
  const existing = new Set<string>()

  function requireReach(organizationId: string): void {
    if (principal.kind === 'token' && principal.token.organizationId !== organizationId) {
      throw notFound('organization', organizationId)
    }
  }

  async function find(organizationId: string): Promise<OrganizationRow> {
    requireReach(organizationId)
    const found = await read.findOrganization(organizationId)
    if (!found) throw notFound('organization', organizationId)
    existing.add(organizationId)
    return found
  }

  return {
    find,
    requireReach,
    /**
     * Throw NOT_FOUND if the organization does not exist. Read it only if nothing was found in it
     * yet.
     */
    async require(organizationId: string, found: unknown[]): Promise<void> {
      if (found.length > 0) existing.add(organizationId)
      else if (!existing.has(organizationId)) await find(organizationId)
    },
    async list(page: DirectoryPage): Promise<{rows: OrganizationRow[]; totalCount: number}> {
      if (principal.kind === 'owner') {
        const rows = await read.listOrganizations({}, page)
        return {rows, totalCount: await countAll(page, rows, () => read.countOrganizations())}
      }
      const own = await read.findOrganization(principal.token.organizationId)
      const rows = own ? [own] : []
      return {rows: rows.slice(page.offset, page.offset + page.limit), totalCount: rows.length}
    },
  }
}

/**
 * Return the user of the credential. A token has no user, so it is its own user, with an e-mail
 * address that never receives mail (RFC 2606, section 2).
 */
function toSelf({installation}: TokenService, principal: Principal): AstroSelfUser {
  const common = {avatarUrl: '', status: 'ACTIVE'} as const
  if (principal.kind === 'owner') {
    const {id} = principal.actor
    const since = toRfc3339(installation.createdAt)
    return {...common, id: `local:${id}`, username: id, fullName: id, createdAt: since, updatedAt: since}
  }
  const {token} = principal
  const username = `${token.id}@tokens.tokenry.invalid`
  const names = {id: token.id, username, fullName: token.name, organizationId: token.organizationId}
  return {...common, ...names, ...toTimes(token)}
}

/** Return whether the organizations match the query. All have the same product and plan. */
function hasPlan({product, productPlan, astronomerProduct}: OrganizationsQuery): boolean {
  const {plan} = ORGANIZATION_KIND
  return (
    isWanted(product, ORGANIZATION_KIND.product) &&
    isWanted(productPlan, plan.productPlanName) &&
    isWanted(astronomerProduct, plan.astronomerProduct)
  )
}

function toSorts({sorts = []}: {sorts?: Sorts<DirectorySortField>}): NonNullable<DirectoryPage['sorts']> {
  return sorts.map(({field, descending}) => ({key: field, descending}))
}

/** Return a part of a filter; an empty object if the query does not have it. */
function listed<Name extends string>(name: Name, values: string[] | undefined): Partial<Record<Name, string[]>> {
  return values === undefined ? {} : ({[name]: values} as Record<Name, string[]>)
}

function isWanted(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value
}

function notFound(what: string, id: string): AppError {
  return new AppError('NOT_FOUND', `No ${what} ${id}`, {hint: 'Check the id'})
}
