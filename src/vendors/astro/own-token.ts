import {isVariableOf} from '../own-token.ts'

/** The variable with which scripts sign in (contracts/astro-cli.md). */
export const OWN_TOKEN_VARIABLE = 'ASTRO_API_TOKEN'

/** Return whether `value`, from ASTRO_API_TOKEN, is a secret of this token. See `isVariableOf`. */
export function isTokenOf(value: string | undefined, token: {issuer: string; tokenId: string}): boolean {
  return isVariableOf(OWN_TOKEN_VARIABLE, value, token)
}
