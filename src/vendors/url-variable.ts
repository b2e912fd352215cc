import {isLoopback} from '../config/loopback.ts'
import {AppError} from '../errors/app-error.ts'

interface UrlVariable {
  /** `MOTHERDUCK_API_BASE_URL`. */
  variable: string
  vendor: {name: string; title: string}
  defaultUrl: string
  /** Return the base URL that a person typed. CONFIG as `readApiUrl`. */
  readUrl(text: string): URL
  /** Return whether a host is one of the vendor, and not an installation of tokenry. */
  isVendorHost(hostname: string): boolean
}

/**
 * Return the base URL for the value of a variable: a domain of the vendor by https, or this
 * machine. CONFIG for any other host: a variable is inherited, and could send the token of someone
 * else there.
 */
export function readUrlVariable(
  value: string,
  {variable, vendor: {name, title}, defaultUrl, readUrl, isVendorHost}: UrlVariable,
): URL {
  const url = value.trim() === '' ? null : readUrl(value.trim())
  if (url && (isVendorHost(url.hostname) || isLoopback(url.hostname))) return url
  throw new AppError(
    'CONFIG',
    url ? `${variable} leads to ${url.host}, not to ${title} or this machine` : `${variable} is set but empty`,
    {
      hint: `Unset ${variable} (default: ${defaultUrl}); for another host, add a context: tokenry context add NAME --vendor ${name} --api-url URL`,
    },
  )
}
