/**
 * A token as operations use it, for every vendor. If a key is absent, the vendor does not report
 * it. Null means never, or none.
 */
export interface TokenRecord {
  /** Absent for a vendor without ids, whose names are unique. */
  id?: string
  name: string
  /** The owner of the token, with the vendor's word for its type: a deployment, a user, a role. */
  owner?: {type: string; id: string}
  kind?: string
  /** RFC 3339, like all times here. */
  createdAt?: string
  expiresAt?: string | null
  lastUsedAt?: string | null
  lastRotatedAt?: string | null
  /** The last characters of the current secret, by which a person recognises it. */
  fragment?: string
}

export interface Minted<Token extends TokenRecord> {
  /** The only copy of the secret. */
  secret: string
  token: Token
}

type EndedToken<Token extends TokenRecord> = Token & {endedAt: string}

/** A new secret that works immediately. The old one works until `finish`. */
export interface StagedReplacement<Token extends TokenRecord> extends Minted<Token> {
  /**
   * End the old secret, now or after its grace. CONFLICT if another rotation or a delete came
   * first.
   */
  finish(): Promise<Token>
  /** End the new secret. The old one stays valid. */
  undo(): Promise<void>
}

export interface ReplaceOptions {
  /** How long the old secret still works, in milliseconds, at most `graceMaxMs` of the port. */
  graceMs?: number | undefined
  /** Also end an older secret that is still in grace. */
  endAllValues?: boolean | undefined
}

/**
 * The tokens of one place at one vendor. An optional method is a capability that the port may have.
 * Operations check for capabilities, never for the implementation.
 */
export interface TokenPort<Token extends TokenRecord, NewToken> {
  /** Return every live token, in creation order. */
  list(): Promise<Token[]>
  mint(token: NewToken): Promise<Minted<Token>>
  /** Give the token a new secret. The old one is refused as soon as this resolves. */
  replace(token: Token): Promise<Minted<Token>>
  /** End the token with all its secrets. */
  end(token: Token): Promise<void>

  /** Check the name and mint, in one step. CONFLICT with the token's id if the name is taken. */
  mintUnique?(token: NewToken): Promise<Minted<Token>>
  /** Replace the secret in two steps, so that nothing is lost if it cannot be delivered. */
  replaceInSteps?(token: Token, options: ReplaceOptions): Promise<StagedReplacement<Token>>
  /**
   * The longest grace of an old secret, in milliseconds. If absent, it ends with the replacement.
   */
  readonly graceMaxMs?: number
  /**
   * Check the last use and end the token, in one step. CHECK_FAILED if it was used within this
   * time.
   */
  endUnused?(token: Token, unusedForMs: number): Promise<void>
  /** Return the deleted tokens, the one that ended last at the end. */
  listEnded?(): Promise<EndedToken<Token>[]>
}
