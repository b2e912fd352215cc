import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {decodeToken} from '../../lib/jwt.ts'
import type {CredentialFacts} from '../vendor.ts'

/** The variable with which scripts sign in (contracts/astro-cli.md). */
export const OWN_TOKEN_VARIABLE = 'ASTRO_API_TOKEN'

const FIX = 'Set ASTRO_API_TOKEN to the token alone, without quotes and without Bearer, or unset it'

/**
 * Return whether `value`, from ASTRO_API_TOKEN, is a secret of this token. Callers protect the
 * token with it, so it fails closed: CONFIG if `value` is neither a token of the installation
 * `issuer` nor a JWT of another issuer.
 */
export function isTokenOf(value: string | undefined, {issuer, tokenId}: {issuer: string; tokenId: string}): boolean {
  if (value === undefined) return false
  const token = cleanToken(value)
  const payload = decodeToken(token)?.payload
  if (payload && payload['iss'] !== issuer) return false
  if (typeof payload?.['sub'] === 'string') return payload['sub'] === tokenId
  throw token === '' ? missing() : damaged(tokenId)
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

function missing(): AppError {
  return new AppError('CONFIG', 'ASTRO_API_TOKEN is set but empty; is a CI secret missing?', {hint: FIX})
}

function damaged(tokenId: string): AppError {
  return new AppError(
    'CONFIG',
    `ASTRO_API_TOKEN is not a token, so it is unclear whether you are signed in with ${tokenId}; is a CI secret damaged?`,
    {hint: FIX},
  )
}
