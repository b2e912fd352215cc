import {isSignedBy} from '../service/signing-keys.ts'
import type {TokenView} from '../service/store/store.ts'
import type {TokenService} from '../service/token-service.ts'
import {decodeToken} from '../service/tokens/format.ts'
import type {InvalidReason} from '../service/tokens/verify.ts'

/** What the embedded service knows of a secret. */
export interface RecognisedSecret {
  /**
   * `valid`, or why it is refused. Besides what verifying says, `damaged`: it names this token, which lives, and is none of its
   * secrets; `forged`: it was made here, and was changed since.
   */
  state: 'valid' | InvalidReason | 'damaged' | 'forged'
  /** Null if it is not clear which token here it is, if any. */
  token: TokenView | null
}

/**
 * Find the token of one of these vendors that a secret is, or was, one of. Looking is not a use. A live token has every secret
 * that was made for it: one that is unknown is cut off, or was changed, and must not be taken for one that is gone.
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

/** The claims may be what was changed, and name nothing that is there. */
async function findNamed(service: TokenService, secret: string, vendors: readonly string[]): Promise<TokenView | null> {
  const {org_id: organizationId, sub: tokenId} = decodeToken(secret)?.payload ?? {}
  if (typeof organizationId !== 'string' || typeof tokenId !== 'string') return null
  for (const vendor of vendors) {
    const found = await service.read.findToken(organizationId, vendor, tokenId)
    if (found) return found
  }
  return null
}

/** Whether the secret names a key of ours that has not signed it. */
async function isForged(service: TokenService, secret: string): Promise<boolean> {
  const kid = decodeToken(secret)?.header['kid']
  const key = (await service.publicKeys()).find((each) => each.kid === kid)
  return key !== undefined && !isSignedBy(secret, key)
}
