import {readApiUrl} from '../../config/api-url.ts'

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

/** Return whether a host is one of DeltaStream, and not an installation of tokenry. */
export function isDeltaStreamHost(hostname: string): boolean {
  return /(?:^|\.)deltastream\.io\.?$/.test(hostname)
}
