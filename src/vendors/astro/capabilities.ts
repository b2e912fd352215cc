import type {ReplaceOptions} from '../token-port.ts'
import type {
  AstroMintedToken,
  AstroToken,
  CreateAgentTokenBody,
  CreateTokenBody,
  TokenScope,
  TokensQuery,
  UpdateTokenBody,
} from './api.ts'

/** What may be reported of a token beyond Astro's API. Absent: not reported. */
export interface AstroTokenDetails {
  /** Grows with every change. */
  revision?: number
  /** RFC 3339: until then an older secret still works. Null without one. */
  graceUntil?: string | null
  /** RFC 3339: a rotation was begun then and neither finished nor undone. Null without one. */
  unfinishedRotationAt?: string | null
}

export type DetailedAstroToken = AstroToken & AstroTokenDetails

/** A rotation whose old secret lives until the new one is safe (design.md, section 5). */
export interface StagedAstroRotation {
  token: AstroMintedToken & AstroTokenDetails
  finish(): Promise<DetailedAstroToken>
  undo(): Promise<void>
}

/** What a secret says of the token that it is, or was, one of. */
export interface AstroSecretFinding {
  /**
   * `valid`, or why it is refused: `expired`, `rotated`, `deleted`, `unknown` … Besides these, `damaged`: it names this token,
   * which lives, and is none of its secrets; `forged`: it was made here, and was changed since.
   */
  state: string
  /** Null if it is not clear which token here it is, if any. */
  token: {id: string; organizationId: string; scope: TokenScope; ownerId: string; isAgent: boolean} | null
}

/** The revision that the caller has read. */
export interface SeenToken {
  revision: number
}

export interface UnusedGuard {
  /** Milliseconds. */
  unusedForMs: number
}

/**
 * What an implementation of `AstroApi` can do beyond Astro's API. Each is there or not; operations
 * ask for it and never for who answers.
 */
export interface AstroCapabilities {
  /**
   * Every token that matches, in one look and without pages: those shift while others create and
   * delete, and each would be counted and found again.
   */
  listLiveTokens(organizationId: string, query: TokensQuery): Promise<DetailedAstroToken[]>
  /** Deleted tokens that match, the latest end last. */
  listEndedTokens(organizationId: string, query: TokensQuery): Promise<EndedAstroToken[]>
  listEndedAgentTokens(organizationId: string, deploymentId: string): Promise<EndedAstroToken[]>
  /** CONFLICT, naming the id, if a live token of the same entity has the name. */
  createUniqueToken(organizationId: string, body: CreateTokenBody): Promise<AstroMintedToken>
  createUniqueAgentToken(
    organizationId: string,
    deploymentId: string,
    body: CreateAgentTokenBody,
  ): Promise<AstroMintedToken>
  /** CONFLICT if someone has changed the token since it was read. */
  updateSeenToken(
    organizationId: string,
    tokenId: string,
    body: UpdateTokenBody,
    seen: SeenToken,
  ): Promise<DetailedAstroToken>
  updateSeenTokenRoles(
    organizationId: string,
    tokenId: string,
    roles: AstroToken['roles'],
    seen: SeenToken,
  ): Promise<void>
  /** `options`: what becomes of the older secrets, which end immediately otherwise. */
  beginRotation(organizationId: string, tokenId: string, options: ReplaceOptions): Promise<StagedAstroRotation>
  /** The longest grace of an old secret, in milliseconds. */
  readonly graceMaxMs: number
  /** CHECK_FAILED if a secret of the token was used within this time. */
  deleteUnusedToken(organizationId: string, tokenId: string, guard: UnusedGuard): Promise<void>
  deleteUnusedAgentToken(
    organizationId: string,
    deploymentId: string,
    tokenId: string,
    guard: UnusedGuard,
  ): Promise<void>
  /** Looking is not a use of the token. */
  findTokenBySecret(secret: string): Promise<AstroSecretFinding>
}

export type EndedAstroToken = DetailedAstroToken & {endedAt: string}
