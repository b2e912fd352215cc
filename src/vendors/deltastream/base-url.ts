import {readApiUrl} from '../../config/api-url.ts'
import {isLoopback} from '../../config/loopback.ts'
import {AppError} from '../../errors/app-error.ts'

/** Of the API of DeltaStream itself (contracts/deltastream.md, section 1). */
export const DELTASTREAM_URL = 'https://api.deltastream.io/v2'

/** The variable of the vendor's REST guide. Its value there ends in `/v2/statements`. */
export const URL_VARIABLE = 'DS_ENDPOINT'

/** Return the base URL that a person typed, without `/statements`. CONFIG as `readApiUrl`. */
export function readDeltaStreamUrl(text: string): URL {
  const url = readApiUrl(text)
  url.pathname = url.pathname.replace(/\/statements$/, '').replace(/\/+$/, '')
  return url
}

/**
 * Return the base URL for a value of DS_ENDPOINT: a domain of DeltaStream by https, or this
 * machine. CONFIG for any other host: a variable is inherited, and could send the token of someone
 * else there.
 */
export function readUrlVariable(value: string): URL {
  const url = value.trim() === '' ? null : readDeltaStreamUrl(value.trim())
  if (url && (isDeltaStreamHost(url.hostname) || isLoopback(url.hostname))) return url
  throw new AppError(
    'CONFIG',
    url
      ? `${URL_VARIABLE} leads to ${url.host}, not to DeltaStream or this machine`
      : `${URL_VARIABLE} is set but empty`,
    {
      hint: `Unset ${URL_VARIABLE} (default: ${DELTASTREAM_URL}); for another host, add a context: tokenry context add NAME --vendor deltastream --api-url URL`,
    },
  )
}

/** Return whether a host is one of DeltaStream, and not an installation of tokenry. */
export function isDeltaStreamHost(hostname: string): boolean {
  return /(?:^|\.)deltastream\.io\.?$/.test(hostname)
}
