import type {AstroMintedToken, AstroToken, TokenKind, TokenScope, TokensQuery} from '../../vendors/astro/api.ts'
import type {EmbeddedAstro} from '../../vendors/astro/embedded/embedded-api.ts'
import type {TokenEntity} from './entity.ts'
import {listAll} from './list-all.ts'

interface NewToken {
  name: string
  description: string
  /** Not looked at for an agent token, which holds none. */
  role: string
  kind?: TokenKind | undefined
  /** Whole days, 1 to 3650; null for never. */
  expirationDays: number | null
  uniqueName: boolean
}

/** The calls of the API for the tokens of one entity: agent tokens have endpoints of their own. */
export interface TokenCalls {
  /** Every token that has a role on the entity, or with `everywhere` every one of the organization. */
  list(options?: {everywhere?: boolean}): Promise<AstroToken[]>
  /** Those that were deleted, the latest end last; only the embedded service knows them. */
  listEnded(embedded: EmbeddedAstro, options?: {everywhere?: boolean}): Promise<EndedToken[]>
  /** NOT_FOUND where the organization has none with this id. */
  get(id: string): Promise<AstroToken>
  create(token: NewToken): Promise<AstroMintedToken>
  delete(id: string, guard?: DeleteGuard): Promise<void>
}

type EndedToken = AstroToken & {endedAt: string}

interface DeleteGuard {
  /** CHECK_FAILED when the token was used within this many milliseconds; only the embedded service can look at the moment itself. */
  unusedForMs?: number | undefined
}

export function tokenCalls(entity: TokenEntity): TokenCalls {
  return entity.agents ? agentTokenCalls(entity) : apiTokenCalls(entity)
}

function apiTokenCalls(entity: TokenEntity): TokenCalls {
  const {api, embedded, organizationId} = entity.target
  return {
    list({everywhere = false} = {}) {
      const query = everywhere ? {} : queryOf(entity)
      if (embedded) return embedded.listLiveTokens(organizationId, query)
      return listAll(async (page) => {
        const {tokens, totalCount} = await api.listTokens(organizationId, {...query, ...page})
        return {items: tokens, totalCount}
      })
    },
    listEnded: (service, {everywhere = false} = {}) =>
      service.listEndedTokens(organizationId, everywhere ? {} : queryOf(entity)),
    get: (id) => api.getToken(organizationId, id),
    create({name, description, role, kind, expirationDays, uniqueName}) {
      const owner = entity.scope === 'ORGANIZATION' ? {} : {entityId: entity.id}
      const spec = {name, description, role, scope: entity.scope, ...(kind ? {kind} : {})}
      const body = {...spec, ...owner, ...expiry(expirationDays)}
      return embedded ? embedded.createToken(organizationId, body, {uniqueName}) : api.createToken(organizationId, body)
    },
    delete: (id, guard) =>
      embedded ? embedded.deleteToken(organizationId, id, guard) : api.deleteToken(organizationId, id),
  }
}

function agentTokenCalls({id: deploymentId, target: {api, embedded, organizationId}}: TokenEntity): TokenCalls {
  return {
    list: () =>
      listAll(async (page) => {
        const {tokens, totalCount} = await api.listAgentTokens(organizationId, deploymentId, page)
        return {items: tokens, totalCount}
      }),
    listEnded: (service) => service.listEndedAgentTokens(organizationId, deploymentId),
    get: (id) => api.getAgentToken(organizationId, deploymentId, id),
    create({name, description, expirationDays, uniqueName}) {
      const body = {name, description, ...expiry(expirationDays)}
      return embedded
        ? embedded.createAgentToken(organizationId, deploymentId, body, {uniqueName})
        : api.createAgentToken(organizationId, deploymentId, body)
    },
    delete: (id, guard) =>
      embedded
        ? embedded.deleteAgentToken(organizationId, deploymentId, id, guard)
        : api.deleteAgentToken(organizationId, deploymentId, id),
  }
}

/** What lists the tokens that have a role on an entity (contracts/astro.md, T1). */
function queryOf({scope, id}: {scope: TokenScope; id: string}): TokensQuery {
  if (scope === 'DEPLOYMENT') return {deploymentId: id}
  return scope === 'WORKSPACE' ? {workspaceId: id} : {includeOnlyOrganizationTokens: true}
}

function expiry(days: number | null): {tokenExpiryPeriodInDays?: number} {
  return days === null ? {} : {tokenExpiryPeriodInDays: days}
}
