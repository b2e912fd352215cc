import {readApiUrl} from '../../config/api-url.ts'
import {isLoopback} from '../../config/loopback.ts'
import {AppError} from '../../errors/app-error.ts'

/** Of the API of MotherDuck itself, without `/v1`: peers set their base URLs so. */
export const MOTHERDUCK_URL = 'https://api.motherduck.com'

/** The variable of the Terraform providers (contracts/motherduck.md, section 6). */
export const URL_VARIABLE = 'MOTHERDUCK_API_BASE_URL'

/** Return the base URL that a person typed, without `/v1`. CONFIG as `readApiUrl`. */
export function readMotherDuckUrl(text: string): URL {
  const url = readApiUrl(text)
  url.pathname = url.pathname.replace(/\/v1$/, '')
  return url
}

/**
 * Return the base URL for a value of MOTHERDUCK_API_BASE_URL: a domain of MotherDuck by https, or
 * this machine. CONFIG for any other host: a variable is inherited, and could send the token of
 * someone else there.
 */
export function readUrlVariable(value: string): URL {
  const url = value.trim() === '' ? null : readMotherDuckUrl(value.trim())
  if (url && (isMotherDuckHost(url.hostname) || isLoopback(url.hostname))) return url
  throw new AppError(
    'CONFIG',
    url
      ? `${URL_VARIABLE} leads to ${url.host}, not to MotherDuck or this machine`
      : `${URL_VARIABLE} is set but empty`,
    {
      hint: `Unset ${URL_VARIABLE} (default: ${MOTHERDUCK_URL}); for another host, add a context: tokenry context add NAME --vendor motherduck --api-url URL`,
    },
  )
}

/** Return whether a host is one of MotherDuck, and not an installation of tokenry. */
export function isMotherDuckHost(hostname: string): boolean {
  return /(?:^|\.)motherduck\.com\.?$/.test(hostname)
}
