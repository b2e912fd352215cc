import type {TokenRecord} from '../../vendors/token-port.ts'
import {toEpochMs} from './filter-tokens.ts'

type SortValue = string | number | null

/** The sort keys for the tokens of every vendor, by their names in `--sort`. */
export const TOKEN_SORTS = {
  name: ({name}) => name.toLowerCase(),
  kind: ({kind}) => kind ?? null,
  created: ({createdAt}) => toEpochMs(createdAt),
  expires: ({expiresAt}) => toEpochMs(expiresAt),
  'last-used': ({lastUsedAt}) => toEpochMs(lastUsedAt),
  'last-rotated': ({lastRotatedAt}) => toEpochMs(lastRotatedAt),
} as const satisfies Record<string, (token: TokenRecord) => SortValue>

export interface TokenSort<Token> {
  readKey(token: Token): SortValue
  descending: boolean
}

/**
 * Return the tokens in sorted order. Equal tokens keep their order; a descending sort reverses it
 * too. Tokens without the sort key (never expires, never used, not reported) come last in both
 * directions.
 */
export function sortTokens<Token>(tokens: Token[], {readKey, descending}: TokenSort<Token>): Token[] {
  const direction = descending ? -1 : 1
  const values = tokens.map((token, index) => ({token, index, value: readKey(token)}))
  values.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    return direction * (a.value === b.value ? a.index - b.index : a.value < b.value ? -1 : 1)
  })
  return values.map(({token}) => token)
}
