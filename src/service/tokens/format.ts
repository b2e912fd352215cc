import {createPrivateKey, hash, type KeyObject, sign} from 'node:crypto'
import {takeRandomBytes} from '../../lib/random-bytes.ts'
import type {SigningKeyRow} from '../store/store.ts'

/**
 * The prefix of every key id. It makes every secret begin with the same characters, so that secret
 * scanners find it.
 */
export const KEY_ID_PREFIX = 'tokenry-'

/** A signing key that is ready for use. */
export interface Signer {
  id: string
  privateKey: KeyObject
}

/** Read the private key of a row. It takes longer than a signature, so keep the result. */
export function createSigner({id, privateKey}: SigningKeyRow): Signer {
  return {id, privateKey: createPrivateKey({key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8'})}
}

/**
 * Sign the claims as a JWT with Ed25519 (RFC 8037). The header is always alg, typ, kid, in this
 * order.
 */
export function signToken(claims: Record<string, unknown>, {id, privateKey}: Signer): string {
  const signed = `${encodeSegment({alg: 'EdDSA', typ: 'JWT', kid: id})}.${encodeSegment(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

/** Return the hash that a secret is stored by: 64 hexadecimal digits. */
export function hashValue(value: string): string {
  return hash('sha256', value)
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
  return takeRandomBytes(16).toString('base64url')
}

function encodeSegment(content: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}
