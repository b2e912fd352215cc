import {decodeToken} from '../lib/jwt.ts'
import {isSignedBy} from '../service/signing-keys.ts'
import type {TokenView} from '../service/store/store.ts'
import type {TokenService} from '../service/token-service.ts'
import type {InvalidReason} from '../service/tokens/verify.ts'

/** The result of looking up a secret in the embedded service. */
export interface RecognisedSecret {
  /**
   * `valid`, or why the secret is refused. There are two reasons more than a verification has.
   * `damaged`: it names this token, which is live, but it is not one of its secrets. `forged`: it
   * was created here and was changed since.
   */
  state: 'valid' | InvalidReason | 'damaged' | 'forged'
  /** Null if it is unclear whether it belongs to a token here, and to which one. */
  token: TokenView | null
}

/**
 * Find the token, of one of these vendors, that a secret belongs to or belonged to. This does not
 * count as a use. The store keeps every secret of a live token. So an unknown secret of a live
 * token is cut off or was changed, and must not be reported as a secret that has ended.
 */
export async function recogniseSecret(
  service: TokenService,
  secret: string,
  vendors: readonly string[],
): Promise<RecognisedSecret> {
  const verdict = await service.verify(secret)
  const state = verdict.valid ? 'valid' : verdict.reason
  if (verdict.token) return {state, token: verdict.token}
  const named = await findNamed(service, secret, vendors)
  if (named && named.deletedAt !== null) return {state, token: null}
  if (named && state === 'unknown') return {state: 'damaged', token: named}
  return {state: (await isForged(service, secret)) ? 'forged' : state, token: null}
}

/**
 * Return the token that the claims name. Null if there is none: the claims may have been changed.
 */
async function findNamed(service: TokenService, secret: string, vendors: readonly string[]): Promise<TokenView | null> {
  const {org_id: organizationId, sub: tokenId} = decodeToken(secret)?.payload ?? {}
  if (typeof organizationId !== 'string' || typeof tokenId !== 'string') return null
  for (const vendor of vendors) {
    const found = await service.read.findToken(organizationId, vendor, tokenId)
    if (found) return found
  }
  return null
}

/** Return whether the secret names a key of this installation that did not sign it. */
async function isForged(service: TokenService, secret: string): Promise<boolean> {
  const kid = decodeToken(secret)?.header['kid']
  const key = (await service.publicKeys()).find((each) => each.kid === kid)
  return key !== undefined && !isSignedBy(secret, key)
}
