import {AppError} from '../../errors/app-error.ts'
import {SECOND_MS} from '../../lib/duration.ts'
import type {Minted, TokenPort, TokenRecord} from '../token-port.ts'
import {type CreateTokenBody, MOTHERDUCK_LIMITS, type MotherDuckApi, type TokenType} from './api.ts'
import type {
  DetailedMotherDuckToken,
  EndedMotherDuckToken,
  MotherDuckCapabilities,
  MotherDuckTokenDetails,
} from './capabilities.ts'

/** A MotherDuck token as operations use it. */
export interface MotherDuckTokenRecord extends TokenRecord, Omit<MotherDuckTokenDetails, 'username'> {
  id: string
  /** Empty if MotherDuck does not report it. */
  name: string
  /** The user that the token belongs to. */
  username: string
  owner: {type: 'USER'; id: string}
  /** Empty without one. */
  description: string
  /** `read_write` or `read_scaling`. */
  kind: string
  createdAt: string
  expiresAt: string | null
  /** The lifetime of a secret, in seconds. Null for a token that never ends. */
  lifetimeSeconds: number | null
}

export interface NewMotherDuckToken {
  name: string
  /** Empty for none. */
  description: string
  kind: TokenType
  /** Whole seconds, within MotherDuck's limits; null for never. */
  ttlSeconds: number | null
}

/** The tokens of one user. */
export interface MotherDuckTokenPort extends TokenPort<MotherDuckTokenRecord, NewMotherDuckToken> {
  /**
   * Mint a token with the name of another live one. MotherDuck does not document whether it allows
   * that. If it answers 400, this mints once more, with a suffix to the name.
   */
  mintSuccessor(token: NewMotherDuckToken): Promise<Minted<MotherDuckTokenRecord>>
}

/** A MotherDuck API, with what its implementation can do beyond it. */
export interface MotherDuckConnection {
  api: MotherDuckApi
  capabilities: Partial<MotherDuckCapabilities>
}

/** Return the port to the tokens of a user. */
export function motherDuckTokenPort(
  {api, capabilities}: MotherDuckConnection,
  {username}: {username: string},
): MotherDuckTokenPort {
  const toRecord = (token: DetailedMotherDuckToken) => toTokenRecord(token, username)
  const toMinted = ({token: secret, ...token}: DetailedMotherDuckToken & {token: string}) => ({
    secret,
    token: toRecord(token),
  })
  const mint = async (token: NewMotherDuckToken) => toMinted(await api.createToken(username, toCreateBody(token)))
  return {
    async list() {
      const tokens = capabilities.listLiveTokens
        ? await capabilities.listLiveTokens(username)
        : (await api.listTokens(username)).tokens.toSorted(compareCreation)
      return tokens.map(toRecord)
    },
    mint,
    mintSuccessor: (token) =>
      mint(token).catch((err: unknown) => {
        if (!(err instanceof AppError) || err.details.status !== 400) throw err
        return mint({...token, name: addSuffix(token.name)})
      }),
    replace: async () => {
      throw new AppError('USAGE', 'MotherDuck cannot give a token a new secret', {
        hint: 'Create another token, move its users to it, and delete this one',
      })
    },
    end: ({id}) => api.deleteToken(username, id),
    ...portCapabilities(capabilities, username, {toRecord, toMinted}),
  }
}

/** How the port converts the tokens of its user. */
interface Converters {
  toRecord(token: DetailedMotherDuckToken): MotherDuckTokenRecord
  toMinted(token: DetailedMotherDuckToken & {token: string}): Minted<MotherDuckTokenRecord>
}

function portCapabilities(
  can: Partial<MotherDuckCapabilities>,
  username: string,
  {toRecord, toMinted}: Converters,
): Partial<Omit<MotherDuckTokenPort, 'list' | 'mint' | 'end'>> {
  const createUnique = can.createUniqueToken?.bind(can)
  const beginRotation = can.beginRotation?.bind(can)
  const deleteUnused = can.deleteUnusedToken?.bind(can)
  const listEnded = can.listEndedTokens?.bind(can)
  return {
    ...(createUnique && {
      mintUnique: async (token) => toMinted(await createUnique(username, toCreateBody(token))),
    }),
    ...(beginRotation && {
      async replace({id}) {
        const {token, finish} = await beginRotation(username, id, {})
        return {secret: token.token, token: toRecord(await finish())}
      },
      async replaceInSteps({id}, options) {
        const {token, finish, undo} = await beginRotation(username, id, options)
        return {...toMinted(token), finish: async () => toRecord(await finish()), undo}
      },
    }),
    ...(beginRotation && can.graceMaxMs !== undefined && {graceMaxMs: can.graceMaxMs}),
    ...(deleteUnused && {
      endUnused: ({id}, unusedForMs) => deleteUnused(username, id, {unusedForMs}),
    }),
    ...(listEnded && {
      listEnded: async () =>
        (await listEnded(username)).map((token: EndedMotherDuckToken) => ({
          ...toRecord(token),
          endedAt: token.endedAt,
        })),
    }),
  }
}

/**
 * Return what replaces a token (contracts/motherduck.md, 4.6): its name, type and description, with
 * another lifetime if one is given, else with its own.
 */
export function toSuccessor(
  {name, description, kind, lifetimeSeconds}: MotherDuckTokenRecord,
  ttlSeconds: number | null = clampTtl(lifetimeSeconds),
): NewMotherDuckToken {
  return {name, description, kind: kind as TokenType, ttlSeconds}
}

function clampTtl(seconds: number | null): number | null {
  const {ttlSecondsMin, ttlSecondsMax} = MOTHERDUCK_LIMITS
  return seconds === null ? null : Math.min(Math.max(seconds, ttlSecondsMin), ttlSecondsMax)
}

/** Return another name, which fits MotherDuck's limit. */
function addSuffix(name: string): string {
  const suffix = `-${crypto.randomUUID().slice(0, 8)}`
  return `${[...name].slice(0, MOTHERDUCK_LIMITS.nameLengthMax - suffix.length).join('')}${suffix}`
}

function toCreateBody({name, description, kind, ttlSeconds}: NewMotherDuckToken): CreateTokenBody {
  return {
    name,
    ...(ttlSeconds === null ? {} : {ttl: ttlSeconds}),
    token_type: kind,
    ...(description === '' ? {} : {description}),
  }
}

/** MotherDuck documents no order. Tokens of one second keep theirs. */
function compareCreation(a: {created_ts: string}, b: {created_ts: string}): number {
  return Date.parse(a.created_ts) - Date.parse(b.created_ts)
}

function toTokenRecord(token: DetailedMotherDuckToken, owner: string): MotherDuckTokenRecord {
  const {id, created_ts: createdAt, expire_at: expiresAt = null, token_type: kind, name = '', description = ''} = token
  const username = token.username ?? owner
  const startMs = Date.parse(token.lastRotatedAt ?? createdAt)
  const lifetimeSeconds = expiresAt === null ? null : Math.round((Date.parse(expiresAt) - startMs) / SECOND_MS)
  const record: MotherDuckTokenRecord = {
    id,
    name,
    owner: {type: 'USER', id: username},
    username,
    description,
    kind,
    createdAt,
    expiresAt,
    lifetimeSeconds,
  }
  const {fragment, createdBy, lastUsedAt, lastRotatedAt, graceUntil, unfinishedRotationAt} = token
  if (fragment !== undefined) record.fragment = fragment
  if (createdBy !== undefined) record.createdBy = createdBy
  if (lastUsedAt !== undefined) record.lastUsedAt = lastUsedAt
  if (lastRotatedAt !== undefined) record.lastRotatedAt = lastRotatedAt
  if (graceUntil !== undefined) record.graceUntil = graceUntil
  if (unfinishedRotationAt !== undefined) record.unfinishedRotationAt = unfinishedRotationAt
  return record
}
