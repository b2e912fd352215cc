import type {AccountRow, StoreSession, TokenFilter, TokenRoleRow, TokenRow} from '../store/store.ts'

/** The entities for which the service creates ids. */
type IdKind = 'organization' | 'workspace' | 'deployment' | 'role' | 'account' | 'token'

/** Create a unique id for this kind of entity, in the format that the vendor's tools read. */
export type NewId = (kind: IdKind) => string

/**
 * The rules of one vendor for tokens and the directory. The vendor's adapter passes them in, so
 * that the service has no code for a vendor.
 */
export interface TokenPolicy {
  vendor: string
  newId: NewId
  /**
   * Return the kinds of tokens in the same list, including this one. A name can be unique among
   * them.
   */
  kindsInSameList(kind: string): readonly string[]
  /** Among which tokens a unique name is unique: those of one owner, or of the organization. */
  readonly namesUniqueIn: 'owner' | 'organization'
  /**
   * The first use of a secret is recorded immediately, later ones at most once in this time: whole
   * seconds, in milliseconds.
   */
  readonly useNotedEveryMs: number
  /**
   * The lifetime of a secret begins and ends at a multiple of this, in milliseconds: 1000 for a
   * vendor that reports times in whole seconds, so that a secret ends exactly when it is reported.
   */
  readonly lifetimeStepMs: number
  /**
   * Return the claims that the vendor's own tools read. The service adds `iss`, `sub`, `org_id`,
   * `kid`, `iat`, `nbf`, `exp` and `jti`.
   */
  claims(session: StoreSession, token: TokenRow, roles: TokenRoleRow[]): Promise<Record<string, unknown>>
  /**
   * Return a filter for the vendor's tokens that end when this account is deleted; null for none.
   */
  tokensEndedWith(account: AccountRow): Omit<TokenFilter, 'vendor' | 'show'> | null
}
