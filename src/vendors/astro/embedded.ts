import {AppError} from '../../errors/app-error.ts'
import {DAY_MS} from '../../lib/duration.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {StoreSession, TokenFilter, TokenPage, TokenRoleRow, TokenView} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {DeleteGuard} from '../../service/tokens/revoke.ts'
import type {RotationOptions} from '../../service/tokens/rotate.ts'
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
  type UpdateTokenBody,
} from './api.ts'
import {ASTRO_POLICY} from './policy.ts'
import {
  accessTo,
  type Entity,
  entityOfToken,
  type Principal,
  readPrincipal,
  requireGrants,
  requireManager,
  requireTokenManager,
  requireTokenReader,
} from './principal.ts'
import {createProfiles} from './profiles.ts'
import {checkRoleSet} from './role-set.ts'
import {DEFAULT_ROLES} from './roles.ts'
import {checkCreateBody, checkUpdateBody, invalidField} from './validate.ts'
import {toAstroDeployment, toAstroOrganization, toAstroToken, toCustomRole, toRoleRow} from './wire.ts'

/** A rotation whose old value lives until the new one is safe (design.md, section 5). */
interface StagedAstroRotation {
  token: AstroMintedToken
  finish(): Promise<AstroToken>
  undo(): Promise<void>
}

interface EndedAstroToken extends AstroToken {
  endedAt: string
}

interface SeenToken {
  revision?: number | undefined
}

/** What the embedded service can do beyond the Astro API. */
export interface EmbeddedAstro extends AstroApi {
  /** `uniqueName`: CONFLICT, naming the id, when a live token of the same entity bears the name. */
  createToken(organizationId: string, body: CreateTokenBody, options?: {uniqueName: boolean}): Promise<AstroMintedToken>
  /** `seen`: the revision that the caller has read; CONFLICT when somebody has changed the token since. */
  updateToken(organizationId: string, tokenId: string, body: UpdateTokenBody, seen?: SeenToken): Promise<AstroToken>
  updateTokenRoles(organizationId: string, tokenId: string, roles: AstroToken['roles'], seen?: SeenToken): Promise<void>
  /** `options`: what becomes of the older values, which end at once otherwise. */
  beginRotation(organizationId: string, tokenId: string, options?: RotationOptions): Promise<StagedAstroRotation>
  /** `guard.unusedForMs`: CHECK_FAILED when a value of the token was used within this time. */
  deleteToken(
    organizationId: string,
    tokenId: string,
    guard?: SeenToken & Pick<DeleteGuard, 'unusedForMs'>,
  ): Promise<void>
  /**
   * Every token that is there and has a role on a deployment, in one look: pages shift while others create and delete, and each
   * would be counted and found again.
   */
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
    const visible = []
    for (const row of await this.#service.read.listDeployments(organizationId)) {
      const entity: Entity = {organizationId, scope: 'DEPLOYMENT', id: row.id}
      if ((await accessTo(this.#service.read, this.#principal, entity)) !== 'none') visible.push(row)
    }
    return {deployments: pick(visible, page).map(toAstroDeployment), ...pageOf(page, visible.length)}
  }

  async listRoles(organizationId: string, query: RolesQuery) {
    this.#requireMember(organizationId)
    const wanted = ({scopeType}: {scopeType: string}) => query.scopeTypes?.includes(scopeType) ?? true
    const custom = (await this.#service.read.listRoles(organizationId, ASTRO_POLICY.vendor)).filter(wanted)
    const roles = {roles: pick(custom, query).map(toCustomRole), ...pageOf(query, custom.length)}
    return query.includeDefaultRoles ? {...roles, defaultRoles: DEFAULT_ROLES.filter(wanted)} : roles
  }

  async listTokens(organizationId: string, query: TokensQuery): Promise<Page<'tokens', AstroToken>> {
    const {read} = this.#service
    const filter = filterOf(query)
    const page = {...bounds(query), sorts: sortsOf(query)}
    await requireManager(read, this.#principal, entityOfQuery(organizationId, query))
    const rows = await read.listTokens(organizationId, filter, page)
    const totalCount = await read.countTokens(organizationId, filter)
    return {tokens: await this.#toWire(rows), ...pageOf(query, totalCount)}
  }

  async createToken(organizationId: string, body: CreateTokenBody, options = {uniqueName: false}) {
    checkCreateBody(body)
    const ownerId = body.scope === 'ORGANIZATION' ? organizationId : (body.entityId ?? '')
    const entity: Entity = {organizationId, scope: body.scope, id: ownerId}
    const roles = [{entityType: body.scope, entityId: ownerId, role: body.role}]
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
      allow: async (session) => {
        await requireManager(session, await readPrincipal(session, this.#principal), entity)
        await checkRoleSet(session, entity, roles)
      },
    })
    return {...(await this.#toWireOne(token)), token: secret}
  }

  async getToken(organizationId: string, tokenId: string): Promise<AstroToken> {
    const {read} = this.#service
    const token = await read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
    if (!token || token.deletedAt !== null)
      throw new AppError('NOT_FOUND', `No API token ${tokenId}`, {hint: 'Check the id'})
    await requireTokenReader(read, this.#principal, token)
    return this.#toWireOne(token)
  }

  async updateToken(organizationId: string, tokenId: string, body: UpdateTokenBody, seen: SeenToken = {}) {
    checkUpdateBody(body)
    const change = {organizationId, tokenId, ...body, revision: seen.revision, allow: this.#allowManager}
    return this.#toWireOne(await this.#service.update(ASTRO_POLICY, this.#principal.actor, change))
  }

  async updateTokenRoles(organizationId: string, tokenId: string, roles: AstroToken['roles'], seen: SeenToken = {}) {
    const rows = roles.map(toRoleRow)
    await this.#service.replaceRoles(ASTRO_POLICY, this.#principal.actor, {
      organizationId,
      tokenId,
      roles: rows,
      revision: seen.revision,
      allow: async (session, token) => {
        const principal = await readPrincipal(session, this.#principal)
        await requireTokenReader(session, principal, token)
        await checkRoleSet(session, entityOfToken(token), roles)
        await requireGrants(session, principal, {organizationId, roles: changedRoles(token.roles, rows)})
      },
    })
  }

  async rotateToken(organizationId: string, tokenId: string): Promise<AstroMintedToken> {
    const staged = await this.beginRotation(organizationId, tokenId)
    return {...(await staged.finish()), token: staged.token.token}
  }

  async beginRotation(
    organizationId: string,
    tokenId: string,
    {graceMs, endAllValues}: RotationOptions = {},
  ): Promise<StagedAstroRotation> {
    const staged = await this.#service.beginRotation(ASTRO_POLICY, this.#principal.actor, {
      graceMs,
      endAllValues,
      organizationId,
      tokenId,
      // Whoever rotates receives the value, and with it all that the token may do.
      allow: async (session, token) => {
        await this.#allowManager(session, token)
        await requireGrants(session, await readPrincipal(session, this.#principal), token)
      },
    })
    return {
      token: {...(await this.#toWireOne(staged.token)), token: staged.secret},
      finish: async () => this.#toWireOne(await staged.finish()),
      undo: () => staged.undo(),
    }
  }

  async deleteToken(
    organizationId: string,
    tokenId: string,
    {unusedForMs, revision}: SeenToken & Pick<DeleteGuard, 'unusedForMs'> = {},
  ): Promise<void> {
    const reference = {organizationId, tokenId, unusedForMs, revision, allow: this.#allowManager}
    await this.#service.delete(ASTRO_POLICY, this.#principal.actor, reference)
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
    const {read} = this.#service
    await requireManager(read, this.#principal, {organizationId, scope: 'DEPLOYMENT', id: deploymentId})
    const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
    return read.listTokens(organizationId, {...filterOf({deploymentId}), show}, page)
  }

  readonly #allowManager = async (session: StoreSession, token: TokenView): Promise<void> =>
    requireTokenManager(session, await readPrincipal(session, this.#principal), token)

  #requireMember(organizationId: string): void {
    if (!this.#belongsTo(organizationId))
      throw new AppError('NOT_FOUND', `No organization ${organizationId}`, {hint: 'Check the id'})
  }

  #belongsTo(organizationId: string): boolean {
    return this.#principal.kind === 'owner' || this.#principal.token.organizationId === organizationId
  }

  async #toWire(rows: TokenView[]): Promise<AstroToken[]> {
    const profileOf = await createProfiles(this.#service.read, rows)
    const now = this.#service.now()
    return rows.map((row) => toAstroToken(row, {profileOf, now}))
  }

  async #toWireOne(row: TokenView): Promise<AstroToken> {
    const profileOf = await createProfiles(this.#service.read, [row])
    return toAstroToken(row, {profileOf, now: this.#service.now()})
  }
}

/** What only one of the two sets has. */
function changedRoles(before: TokenRoleRow[], after: TokenRoleRow[]): TokenRoleRow[] {
  const key = ({entityType, entityId, deploymentId, role}: TokenRoleRow) =>
    JSON.stringify([entityType, entityId, deploymentId, role])
  const [held, wanted] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...before.filter((role) => !wanted.has(key(role))), ...after.filter((role) => !held.has(key(role)))]
}

function entityOfQuery(organizationId: string, query: TokensQuery): Entity {
  if (query.deploymentId !== undefined) return {organizationId, scope: 'DEPLOYMENT', id: query.deploymentId}
  if (query.workspaceId !== undefined) return {organizationId, scope: 'WORKSPACE', id: query.workspaceId}
  return {organizationId, scope: 'ORGANIZATION', id: organizationId}
}

function filterOf(query: TokensQuery): TokenFilter {
  const filter: TokenFilter = {vendor: ASTRO_POLICY.vendor}
  if (query.deploymentId !== undefined && query.workspaceId !== undefined) {
    throw invalidField('workspaceId', 'excluded', 'give workspaceId or deploymentId, not both')
  }
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

/** INVALID for anything but whole numbers from 0; a limit above the greatest is the greatest. */
function bounds({offset = 0, limit = ASTRO_LIMITS.pageLimitDefault}: PageRequest): {offset: number; limit: number} {
  for (const [field, value] of Object.entries({offset, limit})) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw invalidField(field, 'min', `${field} must be a whole number from 0`)
  }
  return {offset, limit: Math.min(limit, ASTRO_LIMITS.pageLimitMax)}
}

function pick<Row>(rows: Row[], page: PageRequest): Row[] {
  const {offset, limit} = bounds(page)
  return rows.slice(offset, offset + limit)
}

function pageOf(page: PageRequest, totalCount: number): {limit: number; offset: number; totalCount: number} {
  return {...bounds(page), totalCount}
}
