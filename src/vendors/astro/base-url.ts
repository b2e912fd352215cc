import {isLoopback} from '../../config/loopback.ts'
import {AppError} from '../../errors/app-error.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {ASTRO_PORT} from './api.ts'

const DEFAULT_DOMAIN = 'astronomer.io'

/** Of the API of Astro itself. */
export const ASTRO_URL = `https://api.${DEFAULT_DOMAIN}/v1`

/** Domains of Astronomer (contracts/astro.md, section 1). Only astronomer-dev.io has previews. */
const OWN_DOMAIN = /^(?:cloud\.)?(astronomer(?:-dev|-stage|-perf)?\.io)$/
const PREVIEW_DOMAIN = /^(pr\d{4,6})\.(astronomer-dev\.io)$/

/**
 * Return the base URL of the v1 API for a value of ASTRO_DOMAIN: a domain of Astronomer, or
 * loopback, which is `localhost` or an address of this machine, with or without a port (default:
 * 8888). Scheme and closing slash are ignored, as the binary does.
 *
 * CONFIG for any other host: a variable is inherited, and could send the token of someone else
 * there.
 */
export function readAstroBaseUrl(domain = DEFAULT_DOMAIN): URL {
  return parseAstroDomain(domain) ?? refuseDomain(domain)
}

/** Return the same for a domain from anywhere; null for any other host. */
export function parseAstroDomain(domain: string): URL | null {
  const host = domain
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
  const [, own] = OWN_DOMAIN.exec(host) ?? []
  if (own) return new URL(`https://api.${own}/v1`)
  const [, preview, development] = PREVIEW_DOMAIN.exec(host) ?? []
  if (preview) return new URL(`https://${preview}.api.${development}/v1`)
  return readLoopback(host)
}

/** Return whether a host is one of Astronomer, and not an installation of tokenry. */
export function isAstroHost(hostname: string): boolean {
  return /(?:^|\.)astronomer(?:-dev|-stage|-perf)?\.io\.?$/.test(hostname)
}

function readLoopback(host: string): URL | null {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}/v1`)) return null
  const url = new URL(`http://${host}/v1`)
  if (!isLoopback(url.hostname) || /:0*$/.test(host)) return null
  if (!/:\d+$/.test(host.replace(/^\[.*\]/, ''))) url.port = String(ASTRO_PORT)
  return url
}

function refuseDomain(domain: string): never {
  const message =
    domain.trim() === ''
      ? 'ASTRO_DOMAIN is set but empty'
      : `ASTRO_DOMAIN ${quoteValue(domain)} is not a domain of Astronomer or this machine`
  throw new AppError('CONFIG', message, {
    hint: `Set ASTRO_DOMAIN to ${DEFAULT_DOMAIN} or localhost, or unset it (default: ${DEFAULT_DOMAIN})`,
  })
}
