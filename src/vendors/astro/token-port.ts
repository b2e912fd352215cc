import {DAY_MS} from '../../lib/duration.ts'
import {type ListOptions, listAll} from '../list-all.ts'
import type {Minted, TokenPort, TokenRecord} from '../token-port.ts'
import {
  ASTRO_LIMITS,
  type AstroApi,
  type AstroMintedToken,
  type AstroTokenRole,
  type CreateTokenBody,
  type TokenKind,
  type TokenScope,
  type TokensQuery,
  type UpdateTokenBody,
} from './api.ts'
import type {
  AstroCapabilities,
  AstroTokenDetails,
  DetailedAstroToken,
  EndedAstroToken,
  TokenSelection,
} from './capabilities.ts'
import {createTokenWriters} from './token-writers.ts'

/** An Astro token as operations use it. */
export interface AstroTokenRecord extends TokenRecord, AstroTokenDetails {
  id: string
  description: string
  scope: TokenScope
  kind: string
  roles: AstroTokenRole[]
  fragment: string
  createdAt: string
  createdBy: string | null
  updatedAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  lastRotatedAt: string | null
  /** The lifetime of each secret, in milliseconds. Null for a token that never ends. */
  lifetimeMs: number | null
}

export interface NewAstroToken {
  name: string
  description: string
  /** Ignored by a port whose tokens hold no roles. */
  role: string
  kind?: TokenKind | undefined
  /** Whole days, within Astro's limits; null for never. */
  expirationDays: number | null
}

/** The tokens of one deployment, workspace or organization. */
export interface AstroTokenPort extends TokenPort<AstroTokenRecord, NewAstroToken> {
  /** False for agent tokens. */
  readonly holdsRoles: boolean
  /** Return the tokens that have a role here; with `everywhere`, all of the organization. */
  list(options?: Everywhere & Pick<ListOptions<never>, 'onUnstable'>): Promise<AstroTokenRecord[]>
  /** Return the first tokens of this list that match, without reading the rest. */
  listByPrefix?(options: Everywhere & TokenSelection): Promise<AstroTokenRecord[]>
  listEnded?(options?: Everywhere): Promise<(AstroTokenRecord & {endedAt: string})[]>
  /** NOT_FOUND if the organization has no token with this id. */
  get(id: string): Promise<AstroTokenRecord>
  /** Return whether the token belongs to this place or has a role on it. */
  isHere(token: AstroTokenRecord): boolean
  /** Change the name or the description. CONFLICT if the token was changed since it was read. */
  writeText(token: AstroTokenRecord, text: UpdateTokenBody): Promise<void>
  /** Replace the whole role set. CONFLICT if the token was changed since it was read. */
  writeRoles(token: AstroTokenRecord, roles: AstroTokenRole[]): Promise<void>
}

interface Everywhere {
  everywhere?: boolean | undefined
}

/** An Astro API, with what its implementation can do beyond it. */
export interface AstroConnection {
  api: AstroApi
  capabilities: Partial<AstroCapabilities>
  /** Gets what a person should know about an answer. */
  warn?: ((text: string) => Promise<void>) | undefined
}

export interface AstroEntity {
  organizationId: string
  scope: TokenScope
  /** The id of the deployment, workspace or organization. */
  id: string
}

/** Return the port to the API tokens of an entity. */
export function apiTokenPort(connection: AstroConnection, entity: AstroEntity): AstroTokenPort {
  const {api} = connection
  const {organizationId} = entity
  return {
    holdsRoles: true,
    async list({everywhere = false, onUnstable} = {}) {
      const query = everywhere ? {} : queryFor(entity)
      const tokens = await listTokens(connection, organizationId, {query, onUnstable})
      return tokens.map(toTokenRecord)
    },
    get: async (id) => toTokenRecord(await api.getToken(organizationId, id)),
    isHere: (token) => roleOn(token, entity) !== undefined,
    mint: async (token) => toMinted(await api.createToken(organizationId, toCreateBody(entity, token))),
    replace: async ({id}) => toMinted(await api.rotateToken(organizationId, id)),
    end: ({id}) => api.deleteToken(organizationId, id),
    ...createTokenWriters(connection, organizationId),
    ...apiTokenCapabilities(connection, entity),
  }
}

function apiTokenCapabilities(
  {capabilities: can}: AstroConnection,
  entity: AstroEntity,
): Pick<AstroTokenPort, 'listByPrefix' | 'mintUnique' | 'replaceInSteps' | 'graceMaxMs' | 'endUnused' | 'listEnded'> {
  const {organizationId} = entity
  const listByPrefix = can.listLiveTokensByPrefix?.bind(can)
  const createUnique = can.createUniqueToken?.bind(can)
  const beginRotation = can.beginRotation?.bind(can)
  const deleteUnused = can.deleteUnusedToken?.bind(can)
  const listEnded = can.listEndedTokens?.bind(can)
  return {
    ...(listByPrefix && {
      async listByPrefix({everywhere = false, ...selection}) {
        const query = everywhere ? {} : queryFor(entity)
        return (await listByPrefix(organizationId, query, selection)).map(toTokenRecord)
      },
    }),
    ...(createUnique && {
      mintUnique: async (token) => toMinted(await createUnique(organizationId, toCreateBody(entity, token))),
    }),
    ...(beginRotation && {
      async replaceInSteps({id}, options) {
        const {token, finish, undo} = await beginRotation(organizationId, id, options)
        return {...toMinted(token), finish: async () => toTokenRecord(await finish()), undo}
      },
    }),
    ...(can.graceMaxMs === undefined ? {} : {graceMaxMs: can.graceMaxMs}),
    ...(deleteUnused && {
      endUnused: ({id}, unusedForMs) => deleteUnused(organizationId, id, {unusedForMs}),
    }),
    ...(listEnded && {
      async listEnded({everywhere = false} = {}) {
        return (await listEnded(organizationId, everywhere ? {} : queryFor(entity))).map(toEndedRecord)
      },
    }),
  }
}

/**
 * Astro documents no order of its own. In this one, a token that is created meanwhile moves no
 * page.
 */
export const BY_CREATION = [{field: 'createdAt', descending: false}] as const

async function listTokens(
  {api, capabilities, warn}: AstroConnection,
  organizationId: string,
  {query, onUnstable}: {query: TokensQuery} & Pick<ListOptions<never>, 'onUnstable'>,
): Promise<DetailedAstroToken[]> {
  if (capabilities.listLiveTokens) return capabilities.listLiveTokens(organizationId, query)
  return listAll({
    what: 'tokens',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const {tokens, totalCount} = await api.listTokens(organizationId, {...query, ...page, sorts: BY_CREATION})
      return {items: tokens, totalCount}
    },
    warn,
    onUnstable,
  })
}

/** Return the query for the tokens that have a role on an entity (contracts/astro.md, T1). */
function queryFor({scope, id}: AstroEntity): TokensQuery {
  if (scope === 'DEPLOYMENT') return {deploymentId: id}
  return scope === 'WORKSPACE' ? {workspaceId: id} : {includeOnlyOrganizationTokens: true}
}

function toCreateBody({scope, id}: AstroEntity, token: NewAstroToken): CreateTokenBody {
  const {name, description, role, kind, expirationDays} = token
  const owner = scope === 'ORGANIZATION' ? {} : {entityId: id}
  return {name, description, role, scope, ...(kind ? {kind} : {}), ...owner, ...toExpiry(expirationDays)}
}

export function toExpiry(days: number | null): {tokenExpiryPeriodInDays?: number} {
  return days === null ? {} : {tokenExpiryPeriodInDays: days}
}

/** Return the role that a token holds on the entity itself. */
export function roleOn(
  token: Pick<AstroTokenRecord, 'roles'>,
  entity: {scope: string; id: string},
): AstroTokenRole | undefined {
  return token.roles.find(({entityType, entityId}) => entityType === entity.scope && entityId === entity.id)
}

/** Return the entity that a token belongs to: the one of its scope that it holds a role on. */
export function findOwner({scope, roles}: Pick<AstroTokenRecord, 'scope' | 'roles'>): {scope: TokenScope; id: string} {
  return {scope, id: roles.find(({entityType}) => entityType === scope)?.entityId ?? ''}
}

export function toMinted(minted: AstroMintedToken & AstroTokenDetails): Minted<AstroTokenRecord> {
  return {secret: minted.token, token: toTokenRecord(minted)}
}

export function toEndedRecord(token: EndedAstroToken): AstroTokenRecord & {endedAt: string} {
  return Object.assign(toTokenRecord(token), {endedAt: token.endedAt})
}

/**
 * Return a token as a record. The object is built key by key: spreading takes three times as long,
 * and a list has thousands of tokens.
 */
export function toTokenRecord(token: DetailedAstroToken): AstroTokenRecord {
  const {createdBy, expiryPeriodInDays} = token
  const record: AstroTokenRecord = {
    id: token.id,
    name: token.name,
    owner: {type: token.scope, id: findOwner(token).id},
    description: token.description,
    scope: token.scope,
    kind: token.kind,
    roles: token.roles,
    fragment: token.shortToken,
    createdAt: token.createdAt,
    createdBy: createdBy?.fullName ?? createdBy?.apiTokenName ?? null,
    updatedAt: token.updatedAt,
    expiresAt: token.endAt ?? null,
    // Absent until used, and until rotated (contracts/astro.md, section 7): Astro reports both.
    lastUsedAt: token.lastUsedAt ?? null,
    lastRotatedAt: token.lastRotatedAt ?? null,
    lifetimeMs: expiryPeriodInDays === undefined ? null : expiryPeriodInDays * DAY_MS,
  }
  if (token.revision !== undefined) record.revision = token.revision
  if (token.graceUntil !== undefined) record.graceUntil = token.graceUntil
  if (token.unfinishedRotationAt !== undefined) record.unfinishedRotationAt = token.unfinishedRotationAt
  return record
}
