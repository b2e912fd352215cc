import {decodeToken} from '../../lib/jwt.ts'
import {checkClaims} from '../check-credential.ts'
import type {CredentialUse} from '../vendor.ts'
import {isMotherDuckHost, URL_VARIABLE} from './base-url.ts'

/**
 * What a MotherDuck token claims. The vendor documents none of it: these are the keys of public
 * samples (contracts/motherduck.md, section 5). Nothing of it is proven.
 */
export interface MotherDuckClaims {
  email?: string | undefined
  userId?: string | undefined
  /** Only a token of a tokenry installation has it; so is `tokenId`. */
  username?: string | undefined
  /** `read_write` or `read_scaling`. */
  tokenType?: string | undefined
  readOnly?: boolean | undefined
  tokenId?: string | undefined
  issuer?: string | undefined
  /** Epoch milliseconds; null for a token that does not claim it. */
  issuedAtMs: number | null
  /** Epoch milliseconds; null for a token that claims no end. */
  expiresAtMs: number | null
}

/** The first second, since 1970, that RFC 3339 cannot express: that of the year 10000. */
const SECONDS_END = 253_402_300_800

/** Return what a secret claims; null if it does not have the shape of a MotherDuck token. */
export function readMotherDuckClaims(secret: string): MotherDuckClaims | null {
  const decoded = decodeToken(secret)
  if (!decoded || typeof decoded.header['alg'] !== 'string') return null
  const {email, userId, session, tokenType, readOnly, iss, sub, iat, exp} = decoded.payload
  const isOurs = typeof iss === 'string' && iss.startsWith('urn:tokenry:')
  return {
    email: readText(email),
    userId: readText(userId),
    username: isOurs ? readText(session) : undefined,
    tokenType: readText(tokenType),
    readOnly: typeof readOnly === 'boolean' ? readOnly : undefined,
    tokenId: isOurs ? readText(sub) : undefined,
    issuer: readText(iss),
    issuedAtMs: readTime(iat),
    expiresAtMs: readTime(exp),
  }
}

/** Return what a credential claims, before it is sent anywhere. Errors: see `checkClaims`. */
export function checkMotherDuckCredential(secret: string, use: CredentialUse): MotherDuckClaims {
  return checkClaims(readMotherDuckClaims(secret), use, {
    noun: 'a MotherDuck token',
    isVendorHost: isMotherDuckHost,
    foreignHint: `Use a token of MotherDuck, or name the installation with ${URL_VARIABLE}, or with a context`,
  })
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Return epoch milliseconds; null for what is not a time. */
function readTime(seconds: unknown): number | null {
  return typeof seconds === 'number' && seconds >= 0 && seconds < SECONDS_END ? seconds * 1000 : null
}
