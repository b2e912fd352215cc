import type {CredentialFacts} from '../../vendors/vendor.ts'

/** What a token says of itself. Nothing of it is proven. */
export interface TokenFacts {
  id?: string
  name?: string
  issuer?: string
  /** RFC 3339; null for a token that never ends. */
  expiresAt: string | null
  /** Ids by the key of the place. */
  places: Record<string, string>
}

export function toTokenFacts({tokenId, name, issuer, expiresAt, places}: CredentialFacts): TokenFacts {
  const named = Object.entries(places).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    ...(tokenId === undefined ? {} : {id: tokenId}),
    ...(name === undefined ? {} : {name}),
    ...(issuer === undefined ? {} : {issuer}),
    expiresAt,
    places: Object.fromEntries(named),
  }
}
