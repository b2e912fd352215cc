import type {LifetimeRule} from '../../lib/lifetime.ts'

/**
 * The DeltaStream API v2, which is one operation: run SQL. DeltaStream itself or the token service
 * implements it. Names, limits and meanings are from contracts/deltastream.md, sections 1 and 4.
 */
export interface DeltaStreamApi {
  /**
   * Run one statement and return its whole result, of all partitions. A statement that failed is a
   * result too: `sqlState` says so, and `requireSuccess` turns it into an error.
   *
   * @throws AppError for everything that is not a result: UNAUTHENTICATED for a bad token,
   * UPSTREAM, TIMEOUT. UNCERTAIN if a statement that mints a token may have run.
   */
  run(request: StatementRequest, limits?: StatementLimits): Promise<ResultSet>
  /** The cheapest request that needs the credential. */
  getVersion(): Promise<ApiVersion>
}

/** The port on which `service start` serves this API. */
export const DELTASTREAM_PORT = 8890

export const DELTASTREAM_LIMITS = {
  /** Of a token or a role, in code points. */
  nameLengthMax: 255,
  expiresInDaysMin: 1,
  expiresInDaysMax: 3650,
  expiresInDaysDefault: 90,
} as const

/** The lifetimes that a token can have: whole days. Every token ends. */
export const DELTASTREAM_LIFETIME: LifetimeRule = {
  unit: 'day',
  min: DELTASTREAM_LIMITS.expiresInDaysMin,
  max: DELTASTREAM_LIMITS.expiresInDaysMax,
  unitRequired: false,
  never: false,
}

export interface StatementRequest extends SessionPlaces {
  /** One statement, or several: only the client of another program sends several. */
  statement: string
  parameters?: {timezone?: string; sessionID?: string}
}

export interface StatementLimits {
  /** Give up, with TIMEOUT, after this many milliseconds. Default: TOKENRY_HTTP_TIMEOUT. */
  timeoutMs?: number
}

/** Where names are looked up, and with which role. Case counts in all of them. */
export interface SessionPlaces {
  /** Id or name. */
  organization?: string
  role?: string
  database?: string
  schema?: string
  store?: string
  computePool?: string
}

export interface ResultSet {
  /** `00000` for success; five or six characters. */
  sqlState: string
  /** Why it failed. */
  message?: string
  statementID: string
  /** One for each statement of a batch. */
  statementIDs?: string[]
  /** Epoch seconds. */
  createdOn: number
  metadata: ResultMetadata
  /** Each cell is text, for every type of column, or null. */
  data: (string | null)[][]
}

export interface ResultMetadata {
  encoding: string
  partitionInfo: {rowCount: number}[]
  columns: ResultColumn[]
  context: ResultContext
}

export interface ResultColumn {
  name: string
  /** `VARCHAR`, `TIMESTAMP_LTZ`, `BOOLEAN` … */
  type: string
  nullable: boolean
  display_hint?: string
}

/** The session after the statement. Clients send it with the next one. */
export interface ResultContext {
  organizationID?: string
  roleName?: string
  databaseName?: string
  schemaName?: string
  storeName?: string
  computePoolName?: string
}

export interface ApiVersion {
  major: number
  minor: number
  patch: number
}

export const SQL_SUCCESS = '00000'

/** The column with a new secret. Compared without case, like all column names. */
export const TOKEN_COLUMN = 'Token'
