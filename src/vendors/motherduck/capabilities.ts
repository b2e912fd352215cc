import type {ReplaceOptions} from '../token-port.ts'
import type {CreateTokenBody, MotherDuckMintedToken, MotherDuckToken} from './api.ts'

/** Fields of a token beyond MotherDuck's API. An absent field is not reported. Times: RFC 3339. */
export interface MotherDuckTokenDetails {
  /** The user that the token belongs to, in the stored spelling. */
  username?: string
  /** The last characters of the current secret. */
  fragment?: string
  /** Who created it, in words; null if that is unknown. */
  createdBy?: string | null
  /** Null if it was never used. */
  lastUsedAt?: string | null
  lastRotatedAt?: string | null
  /** Until then, an older secret still works. Null if there is none. */
  graceUntil?: string | null
  /** The start of a rotation that was neither finished nor undone. Null if there is none. */
  unfinishedRotationAt?: string | null
}

export type DetailedMotherDuckToken = MotherDuckToken & MotherDuckTokenDetails
export type EndedMotherDuckToken = DetailedMotherDuckToken & {endedAt: string}

/** A rotation that keeps the token's id. The old secret works until `finish`, or for its grace. */
export interface StagedMotherDuckRotation {
  token: MotherDuckMintedToken & MotherDuckTokenDetails
  finish(): Promise<DetailedMotherDuckToken>
  undo(): Promise<void>
}

/** The token that a secret belongs to, or belonged to. */
export interface MotherDuckSecretFinding {
  /**
   * `valid`, or why the secret is refused: `expired`, `rotated`, `deleted`, `unknown` … There are
   * two more. `damaged`: it names this token, which is live, but it is not one of its secrets.
   * `forged`: it was created here and was changed since.
   */
  state: string
  /** Null if it is unclear whether it belongs to a token here, and to which one. */
  token: {id: string; username: string; isDeleted: boolean} | null
}

export interface UnusedGuard {
  /** Milliseconds. */
  unusedForMs: number
}

/**
 * What an implementation of `MotherDuckApi` can do beyond MotherDuck's API. An implementation may
 * lack any of these. Operations check for the capability, never for the implementation.
 */
export interface MotherDuckCapabilities {
  /** Return every live token of the user with its details, in creation order. */
  listLiveTokens(username: string): Promise<DetailedMotherDuckToken[]>
  /** Return the deleted tokens of the user, the one that ended last at the end. */
  listEndedTokens(username: string): Promise<EndedMotherDuckToken[]>
  /** CONFLICT with the id if a live token of the same user has the name. */
  createUniqueToken(username: string, body: CreateTokenBody): Promise<MotherDuckMintedToken & MotherDuckTokenDetails>
  /** Give a token a new secret. By default, the older secrets end immediately. */
  beginRotation(username: string, tokenId: string, options: ReplaceOptions): Promise<StagedMotherDuckRotation>
  /** The longest grace of an old secret, in milliseconds. */
  readonly graceMaxMs: number
  /** CHECK_FAILED if a secret of the token was used within this time. */
  deleteUnusedToken(username: string, tokenId: string, guard: UnusedGuard): Promise<void>
  /** This does not count as a use of the token. */
  findTokenBySecret(secret: string): Promise<MotherDuckSecretFinding>
  /** Return the user of the credential. Null for the owner of the store, who is not a user. */
  findSelf(): Promise<string | null>
}
