import {createHash, createPrivateKey, randomBytes, sign} from 'node:crypto'
import type {SigningKeyRow} from '../store/store.ts'

/**
 * The prefix of every key id. It makes every secret begin with the same characters, so that secret
 * scanners find it.
 */
export const KEY_ID_PREFIX = 'tokenry-'

const SEGMENT = /^[A-Za-z0-9_-]+$/

export interface DecodedToken {
  header: Record<string, unknown>
  payload: Record<string, unknown>
}

/**
 * Sign the claims as a JWT with Ed25519 (RFC 8037). The header is always alg, typ, kid, in this
 * order.
 */
export function signToken(claims: Record<string, unknown>, key: SigningKeyRow): string {
  const signed = `${encodeSegment({alg: 'EdDSA', typ: 'JWT', kid: key.id})}.${encodeSegment(claims)}`
  const privateKey = createPrivateKey({key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8'})
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

/**
 * Decode the header and claims of a JWT without verifying anything. Return null if the text does
 * not have the shape of a JWT.
 */
export function decodeToken(value: string): DecodedToken | null {
  const segments = value.split('.')
  // An unsecured JWT (RFC 7519, section 6) has an empty signature.
  if (
    segments.length !== 3 ||
    !segments.every((segment, index) => SEGMENT.test(segment) || (index === 2 && segment === ''))
  )
    return null
  const header = decodeSegment(segments[0])
  const payload = decodeSegment(segments[1])
  return header && payload ? {header, payload} : null
}

/** Return the hash that a secret is stored by: 64 hexadecimal digits. */
export function hashValue(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

/** Return the part of a secret that may be shown for recognition: its last eight characters. */
export function cutFragment(value: string): string {
  return value.slice(-8)
}

/**
 * Return 128 random bits for a `jti`, which is never stored. Ed25519 is deterministic: with a
 * stored `jti`, a thief of the store and the key could create every secret again (design.md,
 * section 5).
 */
export function newJti(): string {
  return randomBytes(16).toString('base64url')
}

function encodeSegment(content: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

function decodeSegment(segment: string | undefined): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(segment ?? '', 'base64url').toString('utf8'))
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? {...content} : null
  } catch {
    return null
  }
}
