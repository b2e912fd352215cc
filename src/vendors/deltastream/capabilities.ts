import type {ReplaceOptions} from '../token-port.ts'

/** Fields of a token beyond DeltaStream's API. An absent field is not reported. Times: RFC 3339. */
export interface DeltaStreamTokenDetails {
  /** The role that the token acts with. */
  role?: string
  /** The name of the user that the token belongs to. */
  owner?: string
  /** The last characters of the current secret. */
  fragment?: string
  /** Who created it, in words; null if that is unknown. */
  createdBy?: string | null
  lastRotatedAt?: string | null
  /** Until then, an older secret still works. Null if there is none. */
  graceUntil?: string | null
  /** The start of a renewal that was neither finished nor undone. Null if there is none. */
  unfinishedRotationAt?: string | null
}

/** A token of LIST API_TOKENS. It has no id: the name is unique in the organization. */
export interface DeltaStreamToken {
  name: string
  /** Null if it was not used since it was created or renewed. */
  lastUsedAt: string | null
  createdAt: string
  expiresAt: string
}

export type DetailedDeltaStreamToken = DeltaStreamToken & DeltaStreamTokenDetails
export type EndedDeltaStreamToken = DetailedDeltaStreamToken & {endedAt: string}

/** A renewal whose old secret works until `finish`, or for its grace. */
export interface StagedDeltaStreamRenewal {
  secret: string
  token: DetailedDeltaStreamToken
  finish(): Promise<DetailedDeltaStreamToken>
  undo(): Promise<void>
}

/** The token that a secret belongs to, or belonged to. */
export interface DeltaStreamSecretFinding {
  /**
   * `valid`, or why the secret is refused: `expired`, `rotated`, `deleted`, `unknown` … There are
   * two more. `damaged`: it names this token, which is live, but it is not one of its secrets.
   * `forged`: it was created here and was changed since.
   */
  state: string
  /** Null if it is unclear whether it belongs to a token here, and to which one. */
  token: {name: string; isDeleted: boolean} | null
}

/**
 * What an implementation of `DeltaStreamApi` can do beyond DeltaStream's API. An implementation may
 * lack any of these. Operations check for the capability, never for the implementation.
 */
export interface DeltaStreamCapabilities {
  /** Return every token of the caller with its details, ordered by name, also expired ones. */
  listTokenDetails(): Promise<DetailedDeltaStreamToken[]>
  /** Return the dropped tokens of the caller, the one that ended last at the end. */
  listEndedTokens(): Promise<EndedDeltaStreamToken[]>
  /** Give a token a new secret. By default, the older secrets end when it is finished. */
  beginRenewal(name: string, options: ReplaceOptions): Promise<StagedDeltaStreamRenewal>
  /** The longest grace of an old secret, in milliseconds. */
  readonly graceMaxMs: number
  /** CHECK_FAILED if a secret of the token was used within this time, in milliseconds. */
  dropUnusedToken(name: string, guard: {unusedForMs: number}): Promise<void>
  /** This does not count as a use of the token. */
  findTokenBySecret(secret: string): Promise<DeltaStreamSecretFinding>
}
