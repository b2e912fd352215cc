import {AppError} from '../../../errors/app-error.ts'
import type {RequestContext} from '../../../service/http/dialect.ts'
import {readHeader} from '../../../service/http/headers.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {type EmbeddedDeltaStream, embeddedDeltaStreamApi} from '../embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../embedded/policy.ts'

/** The caller of a request. */
export interface SignedIn {
  api: EmbeddedDeltaStream
  /** The id of its token. It stays when the token is renewed. */
  tokenId: string
}

/**
 * Return the API for the token of a request. This counts as a use of the token. UNAUTHENTICATED for
 * any other credential and for none.
 */
export async function signIn(service: TokenService, c: RequestContext): Promise<SignedIn> {
  const credential = await service.authenticate(DELTASTREAM_POLICY, readCredential(c))
  const {id: tokenId} = credential.token
  const actor = {type: 'token', id: tokenId, requestId: c.env.requestId} as const
  return {api: embeddedDeltaStreamApi(service, {kind: 'token', actor, ...credential}), tokenId}
}

/** One space, then the token verbatim (contracts/deltastream.md, 1.1). */
function readCredential({env}: RequestContext): string {
  const token = /^bearer (.+)$/i.exec(readHeader(env.headers, 'authorization') ?? '')?.[1]
  if (token !== undefined) return token
  throw new AppError('UNAUTHENTICATED', 'The request has no bearer token', {
    hint: 'Send the header Authorization: Bearer TOKEN',
  })
}
