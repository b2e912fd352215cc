import {decodeToken} from '../../lib/jwt.ts'
import {checkClaims} from '../check-credential.ts'
import type {CredentialUse} from '../vendor.ts'
import {isDeltaStreamHost, URL_VARIABLE} from './base-url.ts'

/**
 * What a DeltaStream token claims. The vendor documents only that it is a JWT
 * (contracts/deltastream.md, section 1.1). Nothing of it is proven.
 */
export interface DeltaStreamClaims {
  /** Only a token of a tokenry installation has these three: the vendor documents no claims. */
  tokenId?: string | undefined
  organization?: string | undefined
  role?: string | undefined
  subject?: string | undefined
  issuer?: string | undefined
  /** Epoch milliseconds; null for a token that claims no end. */
  expiresAtMs: number | null
}

/** Return what a secret claims; null if it does not have the shape of a DeltaStream token. */
function readDeltaStreamClaims(secret: string): DeltaStreamClaims | null {
  const decoded = decodeToken(secret)
  if (!decoded || typeof decoded.header['alg'] !== 'string') return null
  const {iss, sub, exp, org_id, role} = decoded.payload
  const isOurs = typeof iss === 'string' && iss.startsWith('urn:tokenry:')
  return {
    tokenId: isOurs ? readText(sub) : undefined,
    organization: isOurs ? readText(org_id) : undefined,
    role: isOurs ? readText(role) : undefined,
    subject: readText(sub),
    issuer: readText(iss),
    expiresAtMs: typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null,
  }
}

/** Return what a credential claims, before it is sent anywhere. Errors: see `checkClaims`. */
export function checkDeltaStreamCredential(secret: string, use: CredentialUse): DeltaStreamClaims {
  return checkClaims(readDeltaStreamClaims(secret), use, {
    noun: 'a DeltaStream token',
    isVendorHost: isDeltaStreamHost,
    foreignHint: `Use a token of DeltaStream, or name the installation with ${URL_VARIABLE}, or with a context`,
  })
}

/** An empty text is not a fact: it would be sent as an empty place. */
function readText(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}
