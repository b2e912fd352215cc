import {DAY_MS} from '../../../lib/duration.ts'
import type {StoreSession, TokenFilter, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {DeleteGuard} from '../../../service/tokens/revoke.ts'
import type {AstroApi, AstroMintedToken, CreateAgentTokenBody} from '../api.ts'
import {checkAgentTokenBody} from '../validate.ts'
import type {Entity, Principal} from './access.ts'
import {bounds, pageOf} from './paging.ts'
import {AGENT_KIND, ASTRO_POLICY} from './policy.ts'
import {noToken, readPrincipal, requireManager} from './principal.ts'
import {type EndedAstroToken, toWire, toWireEnded, toWireOne} from './profiles.ts'
import {sortsOf} from './token-query.ts'

export interface AgentTokensApi
  extends Pick<AstroApi, 'listAgentTokens' | 'createAgentToken' | 'getAgentToken' | 'deleteAgentToken'> {
  /** `uniqueName`: CONFLICT, naming the id, when a live agent token of the deployment bears the name. */
  createAgentToken(
    organizationId: string,
    deploymentId: string,
    body: CreateAgentTokenBody,
    options?: {uniqueName: boolean},
  ): Promise<AstroMintedToken>
  /** `guard.unusedForMs`: CHECK_FAILED when a value of the token was used within this time. */
  deleteAgentToken(
    organizationId: string,
    deploymentId: string,
    tokenId: string,
    guard?: Pick<DeleteGuard, 'unusedForMs'>,
  ): Promise<void>
  /** Deleted agent tokens of the deployment, the latest end last. */
  listEndedAgentTokens(organizationId: string, deploymentId: string): Promise<EndedAstroToken[]>
}

/** Tokens that sign in the agents of a deployment; whoever manages the tokens of the deployment manages them. */
export function agentTokensApi(service: TokenService, principal: Principal): AgentTokensApi {
  const {read} = service
  return {
    async listAgentTokens(organizationId, deploymentId, query) {
      const page = {...bounds(query), sorts: sortsOf(query)}
      await requireManager(read, principal, entityOf(organizationId, deploymentId))
      const filter = filterOf(deploymentId)
      const tokens = await toWire(service, principal, await read.listTokens(organizationId, filter, page))
      return {tokens, ...pageOf(query, await read.countTokens(organizationId, filter))}
    },
    async createAgentToken(organizationId, deploymentId, body, {uniqueName} = {uniqueName: false}) {
      checkAgentTokenBody(body)
      const days = body.tokenExpiryPeriodInDays
      const {secret, token} = await service.issue(ASTRO_POLICY, principal.actor, {
        organizationId,
        scope: 'DEPLOYMENT',
        ownerId: deploymentId,
        kind: AGENT_KIND,
        name: body.name,
        description: body.description ?? '',
        lifetimeMs: days === undefined ? null : days * DAY_MS,
        roles: [],
        uniqueName,
        allow: (session) => requireManagerNow(session, {service, principal}, entityOf(organizationId, deploymentId)),
      })
      return {...(await toWireOne(service, principal, token)), token: secret}
    },
    async getAgentToken(organizationId, deploymentId, tokenId) {
      await requireManager(read, principal, entityOf(organizationId, deploymentId))
      const token = await read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
      if (!token || token.deletedAt !== null || !isAgentOf(token, deploymentId)) throw noToken(tokenId)
      return toWireOne(service, principal, token)
    },
    async deleteAgentToken(organizationId, deploymentId, tokenId, {unusedForMs} = {}) {
      await requireManager(read, principal, entityOf(organizationId, deploymentId))
      await service.delete(ASTRO_POLICY, principal.actor, {
        organizationId,
        tokenId,
        unusedForMs,
        async allow(session, token) {
          await requireManagerNow(session, {service, principal}, entityOf(organizationId, deploymentId))
          if (!isAgentOf(token, deploymentId)) throw noToken(tokenId)
        },
      })
    },
    async listEndedAgentTokens(organizationId, deploymentId) {
      await requireManager(read, principal, entityOf(organizationId, deploymentId))
      const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
      return toWireEnded(
        service,
        principal,
        await read.listTokens(organizationId, {...filterOf(deploymentId), show: 'deleted'}, page),
      )
    },
  }
}

async function requireManagerNow(
  session: StoreSession,
  {service, principal}: {service: TokenService; principal: Principal},
  entity: Entity,
): Promise<void> {
  await requireManager(session, await readPrincipal(service, session, principal), entity)
}

function filterOf(deploymentId: string): TokenFilter {
  return {vendor: ASTRO_POLICY.vendor, scope: 'DEPLOYMENT', ownerId: deploymentId, kinds: [AGENT_KIND]}
}

function isAgentOf(token: TokenView, deploymentId: string): boolean {
  return token.kind === AGENT_KIND && token.ownerId === deploymentId
}

function entityOf(organizationId: string, id: string): Entity {
  return {organizationId, scope: 'DEPLOYMENT', id}
}
