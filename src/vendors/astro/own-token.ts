import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {decodeToken} from '../../lib/jwt.ts'

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
