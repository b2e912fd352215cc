import {createPublicKey, generateKeyPairSync, randomBytes, verify} from 'node:crypto'
import {AppError} from '../errors/app-error.ts'
import type {SigningKeyRow, StoreSession} from './store/store.ts'
import {KEY_ID_PREFIX} from './tokens/format.ts'

/** A public key as RFC 7517 publishes it. */
export interface PublicKey {
  kty: string
  crv: string
  x: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
}

/** Make a new Ed25519 key that signs from `nowMs` on. */
export function newSigningKey(nowMs: number): SigningKeyRow {
  const {publicKey, privateKey} = generateKeyPairSync('ed25519')
  const id = KEY_ID_PREFIX + randomBytes(9).toString('base64url')
  return {
    id,
    publicJwk: JSON.stringify({...publicKey.export({format: 'jwk'}), kid: id, alg: 'EdDSA', use: 'sig'}),
    privateKey: privateKey.export({format: 'der', type: 'pkcs8'}).toString('base64'),
    sealed: false,
    createdAt: nowMs,
    activeFrom: nowMs,
    retiredAt: null,
  }
}

/**
 * The newest key that is active and not retired. A clock that was set back must not stop the service: where no key is active
 * yet, the oldest one that is not retired signs.
 */
export async function readActiveKey(session: StoreSession, nowMs: number): Promise<SigningKeyRow> {
  const usable = (await session.listSigningKeys()).filter((key) => key.retiredAt === null)
  const active = usable.find((key) => key.activeFrom <= nowMs) ?? usable.at(-1)
  if (!active)
    throw new AppError('CONFIG', 'The token service has no signing key that is not retired', {
      hint: 'Put a backup in the place of the data folder, or set TOKENRY_HOME to a new one',
    })
  return active
}

/** Every public key, retired ones too: they still prove where an older value came from. */
export async function readPublicKeys(session: StoreSession): Promise<PublicKey[]> {
  return (await session.listSigningKeys()).map((key) => JSON.parse(key.publicJwk))
}

/** Return whether this key has signed a value that has the shape of a JWT. */
export function isSignedBy(value: string, key: PublicKey): boolean {
  const dot = value.lastIndexOf('.')
  const publicKey = createPublicKey({key: {...key}, format: 'jwk'})
  return verify(null, Buffer.from(value.slice(0, dot)), publicKey, Buffer.from(value.slice(dot + 1), 'base64url'))
}
