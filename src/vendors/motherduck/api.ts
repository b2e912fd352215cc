import type {LifetimeRule} from '../../lib/lifetime.ts'

/**
 * The part of the MotherDuck REST API that tokenry uses, with one method per operation. MotherDuck
 * itself or the token service implements it. Names, limits and meanings are from
 * contracts/motherduck.md, sections 2 and 4.
 */
export interface MotherDuckApi {
  /** Create a service account. It has the Member role. INVALID if the name is taken. */
  createUser(body: CreateUserBody): Promise<MotherDuckUserName>
  /** Delete a person or a service account with all data. All tokens of the user end. */
  deleteUser(username: string): Promise<MotherDuckUserName>
  /** Return one page of the people and service accounts, ordered by username. */
  listUsers(query: UsersQuery): Promise<UsersPage>

  /** Only this response has the secret, in `token`. */
  createToken(username: string, body: CreateTokenBody): Promise<MotherDuckMintedToken>
  /** Return every live token of the user, in no documented order. There are no pages. */
  listTokens(username: string): Promise<TokensAnswer>
  /** End a token immediately. NOT_FOUND for one that has ended. */
  deleteToken(username: string, tokenId: string): Promise<void>

  getDucklings(username: string): Promise<DucklingsConfig>
  /** Replace the whole configuration. Returns it with the defaults of the service. */
  setDucklings(username: string, config: DucklingsConfig): Promise<DucklingsConfig>
  /** Return the users of the organization whose ducklings run. */
  listActiveAccounts(): Promise<ActiveAccountsAnswer>
}

/** The port on which `service start` serves this API. */
export const MOTHERDUCK_PORT = 8889

/** Lengths are in characters: code points, not UTF-16 units. */
export const MOTHERDUCK_LIMITS = {
  /** Of a user in a path. */
  usernameLengthMax: 255,
  /** Of a service account that is created. */
  newUsernameLengthMin: 3,
  nameLengthMax: 255,
  descriptionLengthMax: 1000,
  ttlSecondsMin: 300,
  ttlSecondsMax: 31_536_000,
  flockSizeMax: 64,
  cooldownSecondsMin: 60,
  cooldownSecondsMax: 86_400,
  pageLimitDefault: 100,
  pageLimitMax: 1000,
} as const

/** The lifetimes that a token can have: whole seconds, or no end. */
export const MOTHERDUCK_LIFETIME: LifetimeRule = {
  unit: 'second',
  min: MOTHERDUCK_LIMITS.ttlSecondsMin,
  max: MOTHERDUCK_LIMITS.ttlSecondsMax,
  // Astro counts days: 365 could be taken for a year.
  unitRequired: true,
  never: true,
}

export const TOKEN_TYPES = ['read_write', 'read_scaling'] as const
export type TokenType = (typeof TOKEN_TYPES)[number]

/** Names of tokens that MotherDuck keeps for itself. Case counts, and so does white space. */
export const RESERVED_TOKEN_NAMES: readonly string[] = ['MotherDuck Extension', 'MotherDuck Flights']

export const INSTANCE_SIZES = ['pulse', 'standard', 'jumbo', 'mega', 'giga'] as const
export type InstanceSize = (typeof INSTANCE_SIZES)[number]

/** The size that has no cooldown. */
export const SIZE_WITHOUT_COOLDOWN: InstanceSize = 'pulse'

/** The built-in roles of people that tokenry knows. */
export const ADMIN_ROLE = 'admin'

export interface CreateUserBody {
  username: string
}

export interface MotherDuckUserName {
  username: string
}

export interface UsersQuery {
  limit?: number
  offset?: number
  /** Takes precedence over `offset`. */
  page_token?: string
  is_service_account?: boolean
  is_deprovisioned?: boolean
}

export interface UsersPage {
  users: MotherDuckUser[]
  total_count: number
  /** Null on the last page. */
  next_page_token: string | null
}

export interface MotherDuckUser {
  id: string
  username: string
  email: string
  first_name: string | null
  last_name: string | null
  is_service_account: boolean
  is_deprovisioned: boolean
  /** The roles that are granted directly. */
  roles: string[]
}

export interface CreateTokenBody {
  name: string
  /** 300 to 31536000 seconds; absent for a token that never expires. */
  ttl?: number
  /** Default: `read_write`. */
  token_type?: TokenType
  description?: string
}

/** Times are RFC 3339 in UTC. */
export interface MotherDuckToken {
  id: string
  /** Absent if MotherDuck does not report it. */
  name?: string
  description?: string
  created_ts: string
  /** Absent if the token never expires. */
  expire_at?: string
  read_only: boolean
  token_type: TokenType
}

export interface MotherDuckMintedToken extends MotherDuckToken {
  /** The secret. */
  token: string
}

export interface TokensAnswer {
  tokens: MotherDuckToken[]
}

/** The sizes of the compute instances of a user, which MotherDuck calls ducklings. */
export interface DucklingsConfig {
  read_write: ReadWriteDuckling
  read_scaling: ReadScalingDuckling
}

export interface ReadWriteDuckling {
  instance_size: InstanceSize
  /** 60 to 86400. Absent for a pulse. */
  cooldown_seconds?: number
}

export interface ReadScalingDuckling extends ReadWriteDuckling {
  /** 0 to 64. */
  flock_size: number
}

export interface ActiveAccountsAnswer {
  accounts: ActiveAccount[]
}

export interface ActiveAccount {
  username: string
  ducklings: ActiveDuckling[]
}

export interface ActiveDuckling {
  /** `rw`, or `rs.N`. */
  id: string
  /** `read_write` or `read_scaling`. */
  type: string
  /** `active` or `cooldown`. */
  status: string
}
