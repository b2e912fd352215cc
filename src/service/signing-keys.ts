import {createPublicKey, generateKeyPairSync, randomBytes, verify} from 'node:crypto'
import {AppError} from '../errors/app-error.ts'
import type {SigningKeyRow, StoreSession, TokenRow} from './store/store.ts'
import {createSigner, KEY_ID_PREFIX, type Signer} from './tokens/format.ts'

/** A public key in the format of RFC 7517. */
export interface PublicKey {
  kty: string
  crv: string
  x: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
}

/** Create an Ed25519 key that signs from `nowMs` on. */
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

type Owned = Pick<TokenRow, 'organizationId' | 'scope' | 'ownerId'>

/** Finds the key to sign with. */
export interface Signers {
  /**
   * Return the newest key that is active and not retired. If no key is active yet, return the
   * oldest one that is not retired: a clock that was set back must not stop the service.
   *
   * Call it in the transaction that uses the key: another process may have changed the keys. Throw
   * CONFLICT if the owner of the token is being deleted.
   */
  findActive(session: StoreSession, nowMs: number, token: Owned): Promise<Signer>
}

/** Create a cache of private keys by id. The key of an id never changes. */
export function createSigners(): Signers {
  const known = new Map<string, Signer>()
  return {
    async findActive(session, nowMs, {organizationId, scope, ownerId}) {
      const key = await session.findActiveKey(nowMs, organizationId, {scope, ownerId})
      if (!key) throw noKey()
      if (key.isOwnerEnding) throw ownerEnding(ownerId)
      const {id} = key
      const signer = known.get(id) ?? createSigner(await readKey(session, id))
      known.set(id, signer)
      return signer
    },
  }
}

/** The deletion may have been cut off. Until it is run again, no secret works there. */
function ownerEnding(ownerId: string): AppError {
  return new AppError('CONFLICT', `${ownerId} is being deleted, and a new secret would not work there`, {
    reason: 'being-deleted',
    hint: 'If no deletion of it runs, the last one was cut off: run it again',
  })
}

async function readKey(session: StoreSession, id: string): Promise<SigningKeyRow> {
  const key = (await session.listSigningKeys()).find((each) => each.id === id)
  if (!key) throw noKey()
  return key
}

function noKey(): AppError {
  return new AppError('CONFIG', 'The token service has no signing key that is not retired', {
    hint: 'Replace the data folder with a backup, or set TOKENRY_HOME to a new one',
  })
}

/**
 * Return all public keys, including retired ones, because they still verify the signatures of older
 * secrets.
 */
export async function readPublicKeys(session: StoreSession): Promise<PublicKey[]> {
  return (await session.listSigningKeys()).map((key) => JSON.parse(key.publicJwk))
}

/** Return whether this key signed a secret. The secret must have the shape of a JWT. */
export function isSignedBy(value: string, key: PublicKey): boolean {
  const dot = value.lastIndexOf('.')
  const publicKey = createPublicKey({key: {...key}, format: 'jwk'})
  return verify(null, Buffer.from(value.slice(0, dot)), publicKey, Buffer.from(value.slice(dot + 1), 'base64url'))
}
