import type {AccountRow, StoreSession, TokenFilter, TokenRoleRow, TokenRow} from '../store/store.ts'

/** What has an id that the service makes. */
type IdKind = 'organization' | 'workspace' | 'deployment' | 'role' | 'account' | 'token'

/** Makes an id that nothing else of this kind has, in the form that the vendor's tools read. */
export type NewId = (kind: IdKind) => string

/** What one vendor wants of its tokens and its directory. The adapter of the vendor hands it over; the rules are the same for all. */
export interface TokenPolicy {
  vendor: string
  newId: NewId
  /** The kinds of tokens among which a name can be unique: those that one list shows, this one included. */
  kindsBeside(kind: string): readonly string[]
  /**
   * Claims that the vendor's own tools read; the service adds `iss`, `sub`, `org_id`, `kid`, `iat`,
   * `nbf`, `exp` and `jti`.
   */
  claims(session: StoreSession, token: TokenRow, roles: TokenRoleRow[]): Promise<Record<string, unknown>>
  /** Which tokens of the vendor end when this account is deleted; null for none. */
  tokensEndedWith(account: AccountRow): Omit<TokenFilter, 'vendor' | 'show'> | null
}
