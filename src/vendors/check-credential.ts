import {AppError} from '../errors/app-error.ts'
import {relativeTime} from '../lib/relative-time.ts'
import type {CredentialUse} from './vendor.ts'

/** What a check needs of the claims of a credential. */
interface CheckedClaims {
  issuer?: string | undefined
  /** Epoch milliseconds; null for a token that claims no end. */
  expiresAtMs: number | null
}

interface CredentialRules {
  /** What a credential is, with its article: `an Astro API token`. */
  noun: string
  /** Return whether a host is one of the vendor, and not an installation of tokenry. */
  isVendorHost(hostname: string): boolean
  /** What to do with a token of an installation that would be sent to the vendor. */
  foreignHint: string
}

/**
 * Return the claims of a credential, before it is sent anywhere. UNAUTHENTICATED if it is malformed
 * (null) or has expired; CONFIG if it is a token of a tokenry installation, and the URL leads to
 * the vendor.
 */
export function checkClaims<Claims extends CheckedClaims>(
  claims: Claims | null,
  {source, fix, baseUrl, now}: CredentialUse,
  {noun, isVendorHost, foreignHint}: CredentialRules,
): Claims {
  if (!claims) {
    throw new AppError('UNAUTHENTICATED', `${source} does not hold ${noun}`, {
      hint: fix ?? `Set ${source} to the whole token, without quotes and without Bearer`,
    })
  }
  if (claims.issuer?.startsWith('urn:tokenry:') && isVendorHost(baseUrl.hostname)) {
    throw new AppError(
      'CONFIG',
      `${source} holds a token of a tokenry installation, so it is not sent to ${baseUrl.host}`,
      {hint: foreignHint},
    )
  }
  if (claims.expiresAtMs !== null && claims.expiresAtMs <= now) {
    throw new AppError('UNAUTHENTICATED', `The token of ${source} expired ${relativeTime(claims.expiresAtMs, now)}`, {
      hint: fix ?? `Set ${source} to a token that is valid`,
    })
  }
  return claims
}
