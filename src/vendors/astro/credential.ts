import {AppError} from '../../errors/app-error.ts'
import {decodeToken} from '../../lib/jwt.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import type {CredentialUse} from '../vendor.ts'
import {isAstroHost} from './base-url.ts'

/** What an Astro API token claims (contracts/astro.md, section 4). Nothing of it is proven. */
export interface AstroClaims {
  tokenId?: string | undefined
  /** Whom the secret is for: the token, or the person who signed in. */
  subject?: string | undefined
  organizationId?: string | undefined
  workspaceId?: string | undefined
  deploymentId?: string | undefined
  issuer?: string | undefined
  /** Epoch milliseconds; null for a token that never ends. */
  expiresAtMs: number | null
}

/** Return what a secret claims; null if it is not a token of Astro. */
export function readAstroClaims(secret: string): AstroClaims | null {
  const decoded = decodeToken(secret)
  if (!decoded || typeof decoded.header['alg'] !== 'string') return null
  const {iss, sub, exp, apiTokenId, permissions = []} = decoded.payload
  if (!Array.isArray(permissions)) return null
  const expiresAtMs = readExpiry(exp)
  if (expiresAtMs === undefined) return null
  // An empty id is none: it would be sent as an empty place.
  const idOf = (kind: string) =>
    permissions
      .filter((each) => typeof each === 'string')
      .findLast((each) => each.startsWith(`${kind}:`))
      ?.slice(kind.length + 1) || undefined
  return {
    tokenId: readText(apiTokenId) ?? idOf('apiTokenId'),
    subject: readText(sub),
    organizationId: idOf('organizationId'),
    workspaceId: idOf('workspaceId'),
    deploymentId: idOf('deploymentId'),
    issuer: typeof iss === 'string' ? iss : undefined,
    expiresAtMs,
  }
}

/**
 * Return what a credential claims, before it is sent anywhere. UNAUTHENTICATED if it is malformed
 * or has expired; CONFIG if it is a token of a tokenry installation, and the URL leads to Astro.
 */
export function checkAstroCredential(secret: string, {source, fix, baseUrl, now}: CredentialUse): AstroClaims {
  const claims = readAstroClaims(secret)
  if (!claims) {
    throw new AppError('UNAUTHENTICATED', `${source} does not hold an Astro API token`, {
      hint: fix ?? `Set ${source} to the whole token, without quotes and without Bearer`,
    })
  }
  if (claims.issuer?.startsWith('urn:tokenry:') && isAstroHost(baseUrl.hostname)) {
    throw new AppError(
      'CONFIG',
      `${source} holds a token of a tokenry installation, so it is not sent to ${baseUrl.host}`,
      {
        hint: 'Use a token of Astro, or name the installation: ASTRO_DOMAIN=localhost, or a context with its URL',
      },
    )
  }
  if (claims.expiresAtMs !== null && claims.expiresAtMs <= now) {
    throw new AppError('UNAUTHENTICATED', `The token of ${source} expired ${relativeTime(claims.expiresAtMs, now)}`, {
      hint: fix ?? `Set ${source} to a token that is valid`,
    })
  }
  return claims
}

function readText(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

/**
 * Numbers may be texts, as the binary accepts them. Undefined for anything else; null without a
 * value.
 */
function readExpiry(exp: unknown): number | null | undefined {
  if (exp === undefined || exp === null) return null
  const seconds = typeof exp === 'string' && exp.trim() !== '' ? Number(exp) : exp
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined
}
