import {DAY_MS} from '../../../lib/duration.ts'
import type {StoreSession, TokenFilter, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {AstroApi, AstroMintedToken, CreateAgentTokenBody} from '../api.ts'
import type {AstroCapabilities} from '../capabilities.ts'
import {checkAgentTokenBody} from '../validate.ts'
import type {Entity, Principal} from './access.ts'
import {bounds, countAll, toPage} from './paging.ts'
import {AGENT_KIND, ASTRO_POLICY} from './policy.ts'
import {noToken, readPrincipal, requireManager} from './principal.ts'
import type {TokenPresenter} from './profiles.ts'
import {toSorts} from './token-query.ts'

export type AgentTokensApi = Pick<
  AstroApi,
  'listAgentTokens' | 'createAgentToken' | 'getAgentToken' | 'deleteAgentToken'
> &
  Pick<AstroCapabilities, 'createUniqueAgentToken' | 'deleteUnusedAgentToken' | 'listEndedAgentTokens'>

/**
 * Return the API for the tokens that sign in the agents of a deployment. Anyone who manages the
 * tokens of the deployment manages these too.
 */
export function agentTokensApi(service: TokenService, principal: Principal, presenter: TokenPresenter): AgentTokensApi {
  const {read} = service
  return {
    async listAgentTokens(organizationId, deploymentId, query) {
      const page = {...bounds(query), sorts: toSorts(query)}
      await requireManager(read, principal, toEntity(organizationId, deploymentId))
      const filter = toFilter(deploymentId)
      const rows = await read.listTokens(organizationId, filter, page)
      const totalCount = await countAll(page, rows, () => read.countTokens(organizationId, filter))
      return {tokens: await presenter.showAll(rows), ...toPage(query, totalCount)}
    },
    createAgentToken: (organizationId, deploymentId, body) =>
      createAgentToken({service, principal, presenter}, toEntity(organizationId, deploymentId), {
        body,
        uniqueName: false,
      }),
    createUniqueAgentToken: (organizationId, deploymentId, body) =>
      createAgentToken({service, principal, presenter}, toEntity(organizationId, deploymentId), {
        body,
        uniqueName: true,
      }),
    async getAgentToken(organizationId, deploymentId, tokenId) {
      await requireManager(read, principal, toEntity(organizationId, deploymentId))
      const token = await read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
      if (!token || token.deletedAt !== null || !isAgentOf(token, deploymentId)) throw noToken(tokenId)
      return presenter.show(token)
    },
    deleteAgentToken: (organizationId, deploymentId, tokenId) =>
      deleteAgentToken({service, principal}, toEntity(organizationId, deploymentId), {tokenId}),
    deleteUnusedAgentToken: (organizationId, deploymentId, tokenId, {unusedForMs}) =>
      deleteAgentToken({service, principal}, toEntity(organizationId, deploymentId), {tokenId, unusedForMs}),
    async listEndedAgentTokens(organizationId, deploymentId) {
      await requireManager(read, principal, toEntity(organizationId, deploymentId))
      const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
      const filter = {...toFilter(deploymentId), show: 'deleted'} as const
      return presenter.showEnded(await read.listTokens(organizationId, filter, page))
    },
  }
}

interface Caller {
  service: TokenService
  principal: Principal
}

async function createAgentToken(
  {service, principal, presenter}: Caller & {presenter: TokenPresenter},
  deployment: Entity,
  {body, uniqueName}: {body: CreateAgentTokenBody; uniqueName: boolean},
): Promise<AstroMintedToken> {
  checkAgentTokenBody(body)
  const days = body.tokenExpiryPeriodInDays
  const {secret, token} = await service.issue(ASTRO_POLICY, principal.actor, {
    organizationId: deployment.organizationId,
    scope: 'DEPLOYMENT',
    ownerId: deployment.id,
    kind: AGENT_KIND,
    name: body.name,
    description: body.description ?? '',
    lifetimeMs: days === undefined ? null : days * DAY_MS,
    roles: [],
    uniqueName,
    allow: (session) => requireManagerNow(session, {service, principal}, deployment),
  })
  return {...(await presenter.show(token)), token: secret}
}

async function deleteAgentToken(
  {service, principal}: Caller,
  deployment: Entity,
  {tokenId, unusedForMs}: {tokenId: string; unusedForMs?: number},
): Promise<void> {
  await requireManager(service.read, principal, deployment)
  await service.delete(ASTRO_POLICY, principal.actor, {
    organizationId: deployment.organizationId,
    tokenId,
    unusedForMs,
    async allow(session, token) {
      await requireManagerNow(session, {service, principal}, deployment)
      if (!isAgentOf(token, deployment.id)) throw noToken(tokenId)
    },
  })
}

async function requireManagerNow(session: StoreSession, {service, principal}: Caller, entity: Entity): Promise<void> {
  await requireManager(session, await readPrincipal(service, session, principal), entity)
}

function toFilter(deploymentId: string): TokenFilter {
  return {vendor: ASTRO_POLICY.vendor, scope: 'DEPLOYMENT', ownerId: deploymentId, kinds: [AGENT_KIND]}
}

function isAgentOf(token: TokenView, deploymentId: string): boolean {
  return token.kind === AGENT_KIND && token.ownerId === deploymentId
}

function toEntity(organizationId: string, id: string): Entity {
  return {organizationId, scope: 'DEPLOYMENT', id}
}
