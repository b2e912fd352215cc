import {DAY_MS} from '../../../lib/duration.ts'
import type {StoreSession, TokenFilter, TokenRoleRow, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {GRACE_MAX_MS} from '../../../service/tokens/grace.ts'
import type {ReplaceOptions} from '../../token-port.ts'
import type {
  AstroApi,
  AstroMintedToken,
  AstroToken,
  CreateTokenBody,
  Page,
  TokensQuery,
  UpdateTokenBody,
} from '../api.ts'
import type {
  AstroCapabilities,
  AstroSecretFinding,
  DetailedAstroToken,
  EndedAstroToken,
  SeenToken,
  StagedAstroRotation,
  TokenSelection,
  UnusedGuard,
} from '../capabilities.ts'
import {checkCreateBody, checkUpdateBody, invalidField} from '../validate.ts'
import {type Entity, entityOfToken, type Principal} from './access.ts'
import {type AgentTokensApi, agentTokensApi} from './agent-tokens.ts'
import {toAstroRole, toRoleRow} from './astro-types.ts'
import {type DirectoryApi, directoryApi} from './directory.ts'
import {bounds, countAll, toPage} from './paging.ts'
import {ASTRO_POLICY} from './policy.ts'
import {
  noToken,
  readPrincipal,
  requireGrants,
  requireManager,
  requireRoleChange,
  requireTokenManager,
  requireTokenReader,
  requireType,
} from './principal.ts'
import {createPresenter, type TokenPresenter} from './profiles.ts'
import {checkRoleSet} from './role-set.ts'
import {findTokenBySecret} from './secrets.ts'
import {createSight} from './sight.ts'
import {entityOfQuery, toFilter, toSorts} from './token-query.ts'

/** The Astro API, with everything else that the embedded service can do. */
export type EmbeddedAstro = AstroApi & AstroCapabilities

/**
 * Return the Astro API, implemented by the token service, for one principal and with Astro's
 * policy. Create one for each command or request: it caches the person for a user of the machine,
 * and which organizations exist.
 */
export function embeddedAstroApi(service: TokenService, principal: Principal): EmbeddedAstro {
  const presenter = createPresenter(service, principal)
  const parts = {...directoryApi(service, principal), ...agentTokensApi(service, principal, presenter)}
  return Object.assign(new EmbeddedTokens(service, principal, presenter), parts)
}

class EmbeddedTokens implements Omit<EmbeddedAstro, keyof DirectoryApi | keyof AgentTokensApi> {
  readonly #service: TokenService
  readonly #principal: Principal
  readonly #presenter: TokenPresenter

  constructor(service: TokenService, principal: Principal, presenter: TokenPresenter) {
    this.#service = service
    this.#principal = principal
    this.#presenter = presenter
  }

  async listTokens(organizationId: string, query: TokensQuery): Promise<Page<'tokens', AstroToken>> {
    const {read} = this.#service
    const filter = toFilter(query)
    const page = {...bounds(query), sorts: toSorts(query)}
    await requireManager(read, this.#principal, entityOfQuery(organizationId, query))
    const caller = callerKey(this.#principal)
    const rows = await this.#service.walks.readPage(caller, organizationId, filter, page)
    const totalCount = await countAll(page, rows, () => read.countTokens(organizationId, filter))
    return {tokens: await this.#presenter.showAll(rows), ...toPage(query, totalCount)}
  }

  createToken(organizationId: string, body: CreateTokenBody): Promise<AstroMintedToken> {
    return this.#createToken(organizationId, body, {uniqueName: false})
  }

  createUniqueToken(organizationId: string, body: CreateTokenBody): Promise<AstroMintedToken> {
    return this.#createToken(organizationId, body, {uniqueName: true})
  }

  async #createToken(organizationId: string, body: CreateTokenBody, {uniqueName}: {uniqueName: boolean}) {
    checkCreateBody(body)
    if (body.scope === 'ORGANIZATION' && ![undefined, '', organizationId].includes(body.entityId)) {
      throw invalidField('entityId', 'exists', 'entityId of an ORGANIZATION token must be its organization, or absent')
    }
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
      uniqueName,
      allow: async (session) => {
        const principal = await readPrincipal(this.#service, session, this.#principal)
        await requireManager(session, principal, entity).catch(async (err: unknown) => {
          await requireType(session, principal, entity)
          throw err
        })
        await checkRoleSet(session, entity, {given: roles})
      },
    })
    return {...(await this.#presenter.show(token)), token: secret}
  }

  async getToken(organizationId: string, tokenId: string): Promise<AstroToken> {
    const {read} = this.#service
    const token = await read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
    if (!token || token.deletedAt !== null) throw noToken(tokenId)
    await requireTokenReader(read, this.#principal, token)
    return this.#presenter.show(token)
  }

  updateToken(organizationId: string, tokenId: string, body: UpdateTokenBody): Promise<AstroToken> {
    return this.updateSeenToken(organizationId, tokenId, body)
  }

  async updateSeenToken(organizationId: string, tokenId: string, body: UpdateTokenBody, seen?: SeenToken) {
    checkUpdateBody(body)
    const change = {organizationId, tokenId, ...body, revision: seen?.revision, allow: this.#allowManager}
    return this.#presenter.show(await this.#service.update(ASTRO_POLICY, this.#principal.actor, change))
  }

  updateTokenRoles(organizationId: string, tokenId: string, roles: AstroToken['roles']): Promise<void> {
    return this.updateSeenTokenRoles(organizationId, tokenId, roles)
  }

  async updateSeenTokenRoles(
    organizationId: string,
    tokenId: string,
    roles: AstroToken['roles'],
    seen?: SeenToken,
  ): Promise<void> {
    const rows = roles.map(toRoleRow)
    await this.#service.replaceRoles(ASTRO_POLICY, this.#principal.actor, {
      organizationId,
      tokenId,
      roles: rows,
      revision: seen?.revision,
      allow: async (session, token) =>
        requireTokenReader(session, await readPrincipal(this.#service, session, this.#principal), token),
      // A client reads the roles, changes one and writes all of them. It cannot want to remove a
      // role that it cannot see.
      keeps: async (session, token) => {
        const principal = await readPrincipal(this.#service, session, this.#principal)
        const {seesRole} = await createSight(session, principal, {organizationId, tokens: [token]})
        const kept = token.roles.filter((role) => !seesRole(role))
        const changed = changedRoles(token.roles.filter(seesRole), rows)
        await requireRoleChange(session, principal, {token, changed})
        await checkRoleSet(session, entityOfToken(token), {given: roles, kept: kept.map(toAstroRole)})
        return kept
      },
    })
  }

  async rotateToken(organizationId: string, tokenId: string): Promise<AstroMintedToken> {
    const reference = {organizationId, tokenId, allow: this.#allowRotation}
    const {secret, token} = await this.#service.rotate(ASTRO_POLICY, this.#principal.actor, reference)
    return {...(await this.#presenter.show(token)), token: secret}
  }

  async beginRotation(
    organizationId: string,
    tokenId: string,
    {graceMs, endAllValues}: ReplaceOptions = {},
  ): Promise<StagedAstroRotation> {
    const staged = await this.#service.beginRotation(ASTRO_POLICY, this.#principal.actor, {
      graceMs,
      endAllValues,
      organizationId,
      tokenId,
      allow: this.#allowRotation,
    })
    return {
      token: {...(await this.#presenter.show(staged.token)), token: staged.secret},
      finish: async () => this.#presenter.show(await staged.finish()),
      undo: () => staged.undo(),
    }
  }

  deleteToken(organizationId: string, tokenId: string): Promise<void> {
    return this.#deleteToken({organizationId, tokenId})
  }

  deleteUnusedToken(organizationId: string, tokenId: string, {unusedForMs}: UnusedGuard): Promise<void> {
    return this.#deleteToken({organizationId, tokenId, unusedForMs})
  }

  async #deleteToken(reference: {organizationId: string; tokenId: string; unusedForMs?: number}): Promise<void> {
    await this.#service.delete(ASTRO_POLICY, this.#principal.actor, {...reference, allow: this.#allowManager})
  }

  async listLiveTokens(organizationId: string, query: TokensQuery): Promise<DetailedAstroToken[]> {
    return this.#presenter.showAll(await this.#readTokens(organizationId, query))
  }

  async listLiveTokensByPrefix(
    organizationId: string,
    query: TokensQuery,
    {prefix, scope, ownerId, limit}: TokenSelection,
  ): Promise<DetailedAstroToken[]> {
    const selected = {prefix, ...(scope === undefined ? {} : {scope}), ...(ownerId === undefined ? {} : {ownerId})}
    return this.#presenter.showAll(await this.#readTokens(organizationId, query, selected, limit))
  }

  async listEndedTokens(organizationId: string, query: TokensQuery): Promise<EndedAstroToken[]> {
    return this.#presenter.showEnded(await this.#readTokens(organizationId, query, {show: 'deleted'}))
  }

  async #readTokens(
    organizationId: string,
    query: TokensQuery,
    filter: Partial<TokenFilter> = {},
    limit = Number.MAX_SAFE_INTEGER,
  ): Promise<TokenView[]> {
    const {read} = this.#service
    await requireManager(read, this.#principal, entityOfQuery(organizationId, query))
    return read.listTokens(organizationId, {...toFilter(query), ...filter}, {offset: 0, limit})
  }

  findTokenBySecret(secret: string): Promise<AstroSecretFinding> {
    return findTokenBySecret(this.#service, secret)
  }

  readonly graceMaxMs = GRACE_MAX_MS

  readonly #allowManager = async (session: StoreSession, token: TokenView): Promise<void> =>
    requireTokenManager(session, await readPrincipal(this.#service, session, this.#principal), token)

  /** A caller that rotates receives the secret, and with it every permission of the token. */
  readonly #allowRotation = async (session: StoreSession, token: TokenView): Promise<void> => {
    const principal = await readPrincipal(this.#service, session, this.#principal)
    await requireTokenManager(session, principal, token)
    await requireGrants(session, principal, token)
  }
}

/** Return the same text for every request of one token. */
function callerKey({actor}: Principal): string {
  return `${actor.type}:${actor.id}`
}

/** Return the roles that are in only one of the two sets. */
function changedRoles(before: TokenRoleRow[], after: TokenRoleRow[]): TokenRoleRow[] {
  const key = ({entityType, entityId, deploymentId, role}: TokenRoleRow) =>
    JSON.stringify([entityType, entityId, deploymentId, role])
  const [held, wanted] = [new Set(before.map(key)), new Set(after.map(key))]
  return [...before.filter((role) => !wanted.has(key(role))), ...after.filter((role) => !held.has(key(role)))]
}
