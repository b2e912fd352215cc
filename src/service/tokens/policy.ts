import type {StoreSession, TokenRoleRow, TokenRow} from '../store/store.ts'

/** What one vendor wants of its tokens. The adapter of the vendor hands it over; the rules of a token are the same for all. */
export interface TokenPolicy {
  vendor: string
  newTokenId(): string
  /** The kinds of tokens among which a name can be unique: those that one list shows, this one included. */
  kindsBeside(kind: string): readonly string[]
  /** Claims that the vendor's own tools read; the service adds `iss`, `sub`, `org_id`, `iat`, `exp` and `jti`. */
  claims(session: StoreSession, token: TokenRow, roles: TokenRoleRow[]): Promise<Record<string, unknown>>
}
