import {readApiUrl} from '../../config/api-url.ts'

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

/** Return whether a host is one of MotherDuck, and not an installation of tokenry. */
export function isMotherDuckHost(hostname: string): boolean {
  return /(?:^|\.)motherduck\.com\.?$/.test(hostname)
}
