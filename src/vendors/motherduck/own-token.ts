import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {decodeToken} from '../../lib/jwt.ts'

/** The variables that hold a credential, in the order of contracts/motherduck.md, section 6. */
const VARIABLES = [
  'MOTHERDUCK_ADMIN_TOKEN',
  'motherduck_token',
  'MOTHERDUCK_TOKEN',
  'motherduck_api_key',
  'MOTHERDUCK_API_KEY',
]

/**
 * Return the variable that holds a secret of this token of the installation `issuer`; null if there
 * is none. Callers protect the token with it, so it fails closed: CONFIG if a variable holds
 * something that is not a token.
 */
export function findOwnVariable(env: NodeJS.ProcessEnv, {issuer, id}: {issuer: string; id: string}): string | null {
  for (const name of VARIABLES) {
    const value = env[name]
    if (value === undefined) continue
    const payload = decodeToken(cleanToken(value))?.payload
    if (!payload) throw damaged(name, id)
    if (payload['iss'] === issuer && payload['sub'] === id) return name
  }
  return null
}

function damaged(name: string, id: string): AppError {
  return new AppError(
    'CONFIG',
    `${name} is not a token, so it is unclear whether you are signed in with ${id}; is a CI secret missing or damaged?`,
    {hint: `Set ${name} to the token alone, without quotes and without Bearer, or unset it`},
  )
}
