import {listAll} from '../list-all.ts'
import {ASTRO_LIMITS, type AstroDeployment, type AstroOrganization, type DeploymentsQuery} from './api.ts'
import type {AstroConnection} from './token-port.ts'

type Caller = Pick<AstroConnection, 'api' | 'warn'>

/** Return every organization that the caller sees. */
export async function listEveryOrganization({api, warn}: Caller): Promise<AstroOrganization[]> {
  return listAll({
    what: 'organizations',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const {organizations, totalCount} = await api.listOrganizations(page)
      return {items: organizations, totalCount}
    },
    warn,
  })
}

/** Return every deployment of the organization that the query selects and the caller sees. */
export async function listEveryDeployment(
  {api, warn}: Caller,
  organizationId: string,
  query: Omit<DeploymentsQuery, 'offset' | 'limit'> = {},
): Promise<AstroDeployment[]> {
  return listAll({
    what: 'deployments',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const {deployments, totalCount} = await api.listDeployments(organizationId, {...query, ...page})
      return {items: deployments, totalCount}
    },
    warn,
  })
}
