/**
 * A token as operations work on it, whichever vendor issued it. A key that is absent is one that
 * the vendor does not report; null means never, or none.
 */
export interface TokenRecord {
  /** Absent for a vendor without ids: its names are unique. */
  id?: string
  name: string
  /** What it belongs to, by the vendor's word for it: a deployment, a user, a role. */
  owner?: {type: string; id: string}
  kind?: string
  /** RFC 3339, as all times here. */
  createdAt?: string
  expiresAt?: string | null
  lastUsedAt?: string | null
  lastRotatedAt?: string | null
  /** The end of the current secret, for recognition. */
  fragment?: string
}

export interface Minted<Token extends TokenRecord> {
  /** It is here and nowhere else. */
  secret: string
  token: Token
}

type EndedToken<Token extends TokenRecord> = Token & {endedAt: string}

/** A new secret that works from the start, while the old one works until `finish`. */
export interface StagedReplacement<Token extends TokenRecord> extends Minted<Token> {
  /** End the old secret, now or after its grace. CONFLICT if another rotation or a delete came first. */
  finish(): Promise<Token>
  /** End the new secret; the old one stays as it is. */
  undo(): Promise<void>
}

export interface ReplaceOptions {
  /** How long the old secret still works, in milliseconds; only up to `graceMaxMs` of the port. */
  graceMs?: number | undefined
  /** End an older secret that is still in grace, too. */
  endAllValues?: boolean | undefined
}

/**
 * The tokens of one place at one vendor. Operations ask for what a port can do, never for who
 * answers: an optional method is a capability that is there or not.
 */
export interface TokenPort<Token extends TokenRecord, NewToken> {
  /** Every live token, in order of creation. */
  list(): Promise<Token[]>
  mint(token: NewToken): Promise<Minted<Token>>
  /** Give the token a new secret; the old one is refused from the answer on. */
  replace(token: Token): Promise<Minted<Token>>
  /** End the token with all its secrets. */
  end(token: Token): Promise<void>

  /** Mint unless the name is taken, in one step. CONFLICT, naming the token, if it is. */
  mintUnique?(token: NewToken): Promise<Minted<Token>>
  /** Give a new secret in two steps, so that nothing is lost if it cannot be delivered. */
  replaceInSteps?(token: Token, options: ReplaceOptions): Promise<StagedReplacement<Token>>
  /** The longest grace of an old secret, in milliseconds. Absent: it ends with the replacement. */
  readonly graceMaxMs?: number
  /** End the token unless it was used within this time, in one step. CHECK_FAILED if it was. */
  endUnused?(token: Token, unusedForMs: number): Promise<void>
  /** Tokens that were deleted, the latest end last. */
  listEnded?(): Promise<EndedToken<Token>[]>
}
