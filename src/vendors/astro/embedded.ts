import {AppError} from '../../errors/app-error.ts'
import {DAY_MS} from '../../lib/duration.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {TokenFilter, TokenPage, TokenView} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import {
  ASTRO_LIMITS,
  type AstroApi,
  type AstroMintedToken,
  type AstroToken,
  type CreateTokenBody,
  type Page,
  type PageRequest,
  type RolesQuery,
  type TokensQuery,
} from './api.ts'
import {ASTRO_POLICY} from './policy.ts'
import {type Entity, type Principal, requireManager} from './principal.ts'
import {createProfiles} from './profiles.ts'
import {checkRoleSet} from './role-set.ts'
import {DEFAULT_ROLES} from './roles.ts'
import {checkCreateBody, checkUpdateBody} from './validate.ts'
import {scopeOf, toAstroDeployment, toAstroOrganization, toAstroToken, toCustomRole, toRoleRow} from './wire.ts'

/** A rotation whose old value lives until the new one is safe (design.md, section 5). */
interface StagedAstroRotation {
  token: AstroMintedToken
  finish(): Promise<AstroToken>
  undo(): Promise<void>
}

interface EndedAstroToken extends AstroToken {
  endedAt: string
}

/** What the embedded service can do beyond the Astro API. */
export interface EmbeddedAstro extends AstroApi {
  /** `uniqueName`: CONFLICT, naming the id, when a live token of the same entity bears the name. */
  createToken(organizationId: string, body: CreateTokenBody, options?: {uniqueName: boolean}): Promise<AstroMintedToken>
  beginRotation(organizationId: string, tokenId: string): Promise<StagedAstroRotation>
  /** Every token that is there and has a role on a deployment, at once: by pages, each would be counted and found again. */
  listLiveTokens(organizationId: string, deploymentId: string): Promise<AstroToken[]>
  /** Deleted tokens of a deployment, the latest end last. */
  listEndedTokens(organizationId: string, deploymentId: string): Promise<EndedAstroToken[]>
}

/** The Astro API answered by the token service, for one principal and under Astro's policy. */
export function embeddedAstroApi(service: TokenService, principal: Principal): EmbeddedAstro {
  return new EmbeddedAstroApi(service, principal)
}

class EmbeddedAstroApi implements EmbeddedAstro {
  readonly #service: TokenService
  readonly #principal: Principal

  constructor(service: TokenService, principal: Principal) {
    this.#service = service
    this.#principal = principal
  }

  async listOrganizations(page: PageRequest) {
    const rows = await this.#service.read.listOrganizations()
    const visible = rows.filter((row) => this.#belongsTo(row.organizationId))
    return {organizations: pick(visible, page).map(toAstroOrganization), ...pageOf(page, visible.length)}
  }

  async listDeployments(organizationId: string, page: PageRequest) {
    this.#requireMember(organizationId)
    const rows = await this.#service.read.listDeployments(organizationId)
    return {deployments: pick(rows, page).map(toAstroDeployment), ...pageOf(page, rows.length)}
  }

  async listRoles(organizationId: string, query: RolesQuery) {
    this.#requireMember(organizationId)
    const wanted = ({scopeType}: {scopeType: string}) => query.scopeTypes?.includes(scopeType) ?? true
    const custom = (await this.#service.read.listRoles(organizationId, ASTRO_POLICY.vendor)).filter(wanted)
    const roles = {roles: pick(custom, query).map(toCustomRole), ...pageOf(query, custom.length)}
    return query.includeDefaultRoles ? {...roles, defaultRoles: DEFAULT_ROLES.filter(wanted)} : roles
  }

  async listTokens(organizationId: string, query: TokensQuery): Promise<Page<'tokens', AstroToken>> {
    await this.#requireManager(entityOfQuery(organizationId, query))
    const filter = filterOf(query)
    const {read} = this.#service
    const rows = await read.listTokens(organizationId, filter, {...bounds(query), sorts: sortsOf(query)})
    const totalCount = await read.countTokens(organizationId, filter)
    return {tokens: await this.#toWire(rows), ...pageOf(query, totalCount)}
  }

  async createToken(organizationId: string, body: CreateTokenBody, options = {uniqueName: false}) {
    checkCreateBody(body)
    const ownerId = body.scope === 'ORGANIZATION' ? organizationId : (body.entityId ?? '')
    const entity: Entity = {organizationId, scope: body.scope, id: ownerId}
    await this.#requireManager(entity)
    const roles = [{entityType: body.scope, entityId: ownerId, role: body.role}]
    await checkRoleSet(this.#service.read, entity, roles)
    const days = body.tokenExpiryPeriodInDays
    const {secret, token} = await this.#service.issue(ASTRO_POLICY, this.#principal.actor, {
      organizationId,
      scope: body.scope,
      ownerId,
      kind: body.kind ?? 'STANDARD',
      name: body.name,
      description: body.description ?? '',
      lifetimeMs: days === undefined ? null : days * DAY_MS,
      roles: roles.map(toRoleRow),
      uniqueName: options.uniqueName,
    })
    return {...(await this.#toWireOne(token)), token: secret}
  }

  async getToken(organizationId: string, tokenId: string): Promise<AstroToken> {
    return this.#toWireOne(await this.#managedToken(organizationId, tokenId))
  }

  async updateToken(organizationId: string, tokenId: string, body: {name: string; description?: string}) {
    checkUpdateBody(body)
    await this.#managedToken(organizationId, tokenId)
    const change = {organizationId, tokenId, ...body}
    return this.#toWireOne(await this.#service.update(ASTRO_POLICY, this.#principal.actor, change))
  }

  async updateTokenRoles(organizationId: string, tokenId: string, roles: AstroToken['roles']): Promise<void> {
    const token = await this.#managedToken(organizationId, tokenId)
    await checkRoleSet(this.#service.read, entityOf(token), roles)
    await this.#requireGrants(token, roles)
    const change = {organizationId, tokenId, roles: roles.map(toRoleRow)}
    await this.#service.replaceRoles(ASTRO_POLICY, this.#principal.actor, change)
  }

  async rotateToken(organizationId: string, tokenId: string): Promise<AstroMintedToken> {
    const staged = await this.beginRotation(organizationId, tokenId)
    return {...(await staged.finish()), token: staged.token.token}
  }

  async beginRotation(organizationId: string, tokenId: string): Promise<StagedAstroRotation> {
    await this.#managedToken(organizationId, tokenId)
    const reference = {organizationId, tokenId}
    const staged = await this.#service.beginRotation(ASTRO_POLICY, this.#principal.actor, reference)
    return {
      token: {...(await this.#toWireOne(staged.token)), token: staged.secret},
      finish: async () => this.#toWireOne(await staged.finish()),
      undo: () => staged.undo(),
    }
  }

  async deleteToken(organizationId: string, tokenId: string): Promise<void> {
    await this.#managedToken(organizationId, tokenId)
    await this.#service.delete(ASTRO_POLICY, this.#principal.actor, {organizationId, tokenId})
  }

  async listLiveTokens(organizationId: string, deploymentId: string): Promise<AstroToken[]> {
    return this.#toWire(await this.#allTokens(organizationId, deploymentId, 'live'))
  }

  async listEndedTokens(organizationId: string, deploymentId: string): Promise<EndedAstroToken[]> {
    const rows = await this.#allTokens(organizationId, deploymentId, 'deleted')
    const ended = [...rows].sort((a, b) => (a.deletedAt ?? 0) - (b.deletedAt ?? 0))
    const tokens = await this.#toWire(ended)
    return tokens.map((token, index) => ({...token, endedAt: toRfc3339(ended[index]?.deletedAt ?? 0)}))
  }

  async #allTokens(organizationId: string, deploymentId: string, show: 'live' | 'deleted'): Promise<TokenView[]> {
    await this.#requireManager({organizationId, scope: 'DEPLOYMENT', id: deploymentId})
    const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
    return this.#service.read.listTokens(organizationId, {...filterOf({deploymentId}), show}, page)
  }

  /** A token that the principal may manage; one of another entity that it may not see answers like one that is not there. */
  async #managedToken(organizationId: string, tokenId: string): Promise<TokenView> {
    this.#requireMember(organizationId)
    const token = await this.#service.read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
    if (!token || token.deletedAt !== null) throw new AppError('NOT_FOUND', `No API token ${tokenId}`)
    await this.#requireManager(entityOf(token)).catch((err: unknown) => {
      if (err instanceof AppError && err.code === 'NOT_FOUND')
        throw new AppError('NOT_FOUND', `No API token ${tokenId}`)
      throw err
    })
    return token
  }

  /** Whoever grants or changes a role must manage the entity that it is for, or a token could be lifted above its maker. */
  async #requireGrants(token: TokenView, roles: AstroToken['roles']): Promise<void> {
    const {organizationId} = token
    const held = new Set(token.roles.map(grantKey))
    for (const role of roles.map(toRoleRow)) {
      if (held.has(grantKey(role))) continue
      const isDag = role.deploymentId !== null
      const scope = isDag ? 'DEPLOYMENT' : scopeOf(role.entityType)
      await this.#requireManager({organizationId, scope, id: role.deploymentId ?? role.entityId})
    }
  }

  #requireManager(entity: Entity): Promise<void> {
    return requireManager(this.#service.read, this.#principal, entity)
  }

  #requireMember(organizationId: string): void {
    if (!this.#belongsTo(organizationId)) throw new AppError('NOT_FOUND', `No organization ${organizationId}`)
  }

  #belongsTo(organizationId: string): boolean {
    return this.#principal.kind === 'owner' || this.#principal.token.organizationId === organizationId
  }

  async #toWire(rows: TokenView[]): Promise<AstroToken[]> {
    const profileOf = await createProfiles(this.#service.read, rows)
    return rows.map((row) => toAstroToken(row, profileOf))
  }

  async #toWireOne(row: TokenView): Promise<AstroToken> {
    return toAstroToken(row, await createProfiles(this.#service.read, [row]))
  }
}

function entityOf(token: TokenView): Entity {
  return {organizationId: token.organizationId, scope: scopeOf(token.scope), id: token.ownerId}
}

function grantKey({entityType, entityId, deploymentId, role}: TokenView['roles'][number]): string {
  return [entityType, entityId, deploymentId, role].join('/')
}

function entityOfQuery(organizationId: string, query: TokensQuery): Entity {
  if (query.deploymentId !== undefined) return {organizationId, scope: 'DEPLOYMENT', id: query.deploymentId}
  if (query.workspaceId !== undefined) return {organizationId, scope: 'WORKSPACE', id: query.workspaceId}
  return {organizationId, scope: 'ORGANIZATION', id: organizationId}
}

function filterOf(query: TokensQuery): TokenFilter {
  const filter: TokenFilter = {vendor: ASTRO_POLICY.vendor}
  if (query.deploymentId !== undefined) filter.entity = {type: 'DEPLOYMENT', id: query.deploymentId}
  else if (query.workspaceId !== undefined) filter.entity = {type: 'WORKSPACE', id: query.workspaceId}
  if (query.includeOnlyOrganizationTokens) filter.scope = 'ORGANIZATION'
  if (query.kind) filter.kind = query.kind
  return filter
}

function sortsOf(query: TokensQuery): NonNullable<TokenPage['sorts']> {
  return (query.sorts ?? []).map(({field, descending}) => ({
    key: field === 'tokenStartAt' ? 'validFrom' : field,
    descending,
  }))
}

function bounds({offset = 0, limit = ASTRO_LIMITS.pageLimitDefault}: PageRequest): {offset: number; limit: number} {
  return {offset, limit: Math.min(limit, ASTRO_LIMITS.pageLimitMax)}
}

function pick<Row>(rows: Row[], page: PageRequest): Row[] {
  const {offset, limit} = bounds(page)
  return rows.slice(offset, offset + limit)
}

function pageOf(page: PageRequest, totalCount: number): {limit: number; offset: number; totalCount: number} {
  return {...bounds(page), totalCount}
}
