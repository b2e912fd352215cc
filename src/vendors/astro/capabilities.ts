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

/** Fields of a token beyond Astro's API. An absent field is not reported. */
export interface AstroTokenDetails {
  /** Increases with every change. */
  revision?: number
  /** RFC 3339. Until then, an older secret still works. Null if there is none. */
  graceUntil?: string | null
  /**
   * RFC 3339. The start of a rotation that was neither finished nor undone. Null if there is none.
   */
  unfinishedRotationAt?: string | null
}

export type DetailedAstroToken = AstroToken & AstroTokenDetails

/** A rotation whose old secret works until the new one is delivered (design.md, section 5). */
export interface StagedAstroRotation {
  token: AstroMintedToken & AstroTokenDetails
  finish(): Promise<DetailedAstroToken>
  undo(): Promise<void>
}

/** The token that a secret belongs to, or belonged to. */
export interface AstroSecretFinding {
  /**
   * `valid`, or why the secret is refused: `expired`, `rotated`, `deleted`, `unknown` … There are
   * two more. `damaged`: it names this token, which is live, but it is not one of its secrets.
   * `forged`: it was created here and was changed since.
   */
  state: string
  /** Null if it is unclear whether it belongs to a token here, and to which one. */
  token: {
    id: string
    organizationId: string
    scope: TokenScope
    ownerId: string
    isAgent: boolean
    isDeleted: boolean
  } | null
  /** The organization that an unknown secret names, if the implementation trusts its claims. */
  claimedOrganizationId?: string
}

/** Which tokens of a list to return. */
export interface TokenSelection {
  /** The text that the name or the id begins with. */
  prefix: string
  scope?: TokenScope | undefined
  ownerId?: string | undefined
  /** The maximum number of tokens. */
  limit: number
}

/** The revision that the caller read. */
export interface SeenToken {
  revision: number
}

export interface UnusedGuard {
  /** Milliseconds. */
  unusedForMs: number
}

/**
 * What an implementation of `AstroApi` can do beyond Astro's API. An implementation may lack any of
 * these. Operations check for the capability, never for the implementation.
 */
export interface AstroCapabilities {
  /**
   * Return every token that matches, in one read without pages. Pages shift while other callers
   * create and delete tokens, and each page would have to be counted and searched again.
   */
  listLiveTokens(organizationId: string, query: TokensQuery): Promise<DetailedAstroToken[]>
  /** Return the first live tokens that match. This does not read the rest of the list. */
  listLiveTokensByPrefix(
    organizationId: string,
    query: TokensQuery,
    selection: TokenSelection,
  ): Promise<DetailedAstroToken[]>
  /** Return the deleted tokens that match, the one that ended last at the end. */
  listEndedTokens(organizationId: string, query: TokensQuery): Promise<EndedAstroToken[]>
  listEndedAgentTokens(organizationId: string, deploymentId: string): Promise<EndedAstroToken[]>
  /** CONFLICT with the id if a live token of the same entity has the name. */
  createUniqueToken(organizationId: string, body: CreateTokenBody): Promise<AstroMintedToken>
  createUniqueAgentToken(
    organizationId: string,
    deploymentId: string,
    body: CreateAgentTokenBody,
  ): Promise<AstroMintedToken>
  /** CONFLICT if the token was changed since it was read. */
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
  /** By default, the older secrets end immediately. `options` can change that. */
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
  /** This does not count as a use of the token. */
  findTokenBySecret(secret: string): Promise<AstroSecretFinding>
}

export type EndedAstroToken = DetailedAstroToken & {endedAt: string}
