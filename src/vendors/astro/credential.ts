import {decodeToken} from '../../lib/jwt.ts'
import {checkClaims} from '../check-credential.ts'
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

/** Return what a credential claims, before it is sent anywhere. Errors: see `checkClaims`. */
export function checkAstroCredential(secret: string, use: CredentialUse): AstroClaims {
  return checkClaims(readAstroClaims(secret), use, {
    noun: 'an Astro API token',
    isVendorHost: isAstroHost,
    foreignHint: 'Use a token of Astro, or name the installation: ASTRO_DOMAIN=localhost, or a context with its URL',
  })
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
