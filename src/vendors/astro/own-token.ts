import {AppError} from '../../errors/app-error.ts'
import {isVariableOf} from '../own-token.ts'
import type {CredentialFacts} from '../vendor.ts'

/** The variable with which scripts sign in (contracts/astro-cli.md). */
export const OWN_TOKEN_VARIABLE = 'ASTRO_API_TOKEN'

/** Return whether `value`, from ASTRO_API_TOKEN, is a secret of this token. See `isVariableOf`. */
export function isTokenOf(value: string | undefined, token: {issuer: string; tokenId: string}): boolean {
  return isVariableOf(OWN_TOKEN_VARIABLE, value, token)
}

/**
 * Return whether a credential of Astro with these claims is a secret of this token. It fails
 * closed: CONFIG if the credential does not name what it belongs to.
 */
export function isClaimedToken(
  {tokenId: claimed, subject}: Pick<CredentialFacts, 'tokenId' | 'subject'>,
  {source, tokenId}: {source: string; tokenId: string},
): boolean {
  const own = claimed ?? subject
  if (own !== undefined) return own === tokenId
  throw new AppError(
    'CONFIG',
    `${source} holds a token that does not name itself, so it is unclear whether you are signed in with ${tokenId}`,
    {hint: 'Sign in with another token; a delete also works with --self'},
  )
}
