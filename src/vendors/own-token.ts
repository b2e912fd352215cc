import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {decodeToken} from '../lib/jwt.ts'
import type {Vendor} from './vendor.ts'

interface InstallationToken {
  /** Of the installation that has the token. */
  issuer: string
  tokenId: string
}

/**
 * Return whether `value`, from an environment variable, is a secret of this token. Callers protect
 * the token with it, so it fails closed: CONFIG if `value` is neither a token of the installation
 * `issuer` nor a JWT of another issuer.
 */
export function isVariableOf(
  variable: string,
  value: string | undefined,
  {issuer, tokenId}: InstallationToken,
): boolean {
  if (value === undefined) return false
  const token = cleanToken(value)
  const payload = decodeToken(token)?.payload
  if (payload && payload['iss'] !== issuer) return false
  if (typeof payload?.['sub'] === 'string') return payload['sub'] === tokenId
  const problem =
    token === ''
      ? 'is set but empty; is a CI secret missing?'
      : `is not a token, so it is unclear whether you are signed in with ${tokenId}; is a CI secret damaged?`
  throw new AppError('CONFIG', `${variable} ${problem}`, {
    hint: `Set ${variable} to the token alone, without quotes and without Bearer, or unset it`,
  })
}

/**
 * Return the variable of a vendor's credential that holds a secret of this token; null if there is
 * none. CONFIG as `isVariableOf`.
 */
export function findOwnVariable(
  {tool}: Pick<Vendor, 'tool'>,
  env: Record<string, string | undefined>,
  token: InstallationToken,
): string | null {
  return tool.credentials.map(({name}) => name).find((name) => isVariableOf(name, env[name], token)) ?? null
}
