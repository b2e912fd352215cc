import {AppError} from '../../../errors/app-error.ts'
import type {RequestContext, Route} from '../../../service/http/dialect.ts'
import {readHeader} from '../../../service/http/headers.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Principal} from '../../principal.ts'
import type {MotherDuckApi} from '../api.ts'
import {embeddedMotherDuckApi} from '../embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../embedded/policy.ts'
import {requireReadWrite} from '../embedded/principal.ts'

type ApiHandler = (c: RequestContext, api: MotherDuckApi) => Promise<Response>

/** Handlers by path and method. Each gets the API with the rights of the caller's token. */
export type ApiRoutes = Record<string, Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', ApiHandler>>>

/**
 * Return the API for the token of a request. This counts as a use of the token. UNAUTHENTICATED for
 * any other credential and for none, FORBIDDEN for a read scaling token.
 */
type SignIn = (c: RequestContext) => Promise<MotherDuckApi>

export function createSignIn(service: TokenService): SignIn {
  return async (c) => {
    const credential = await service.authenticate(MOTHERDUCK_POLICY, readCredential(c))
    const actor = {type: 'token', id: credential.token.id, requestId: c.env.requestId} as const
    const principal: Principal = {kind: 'token', actor, ...credential}
    // Before the body is read: a wrong body of such a caller is FORBIDDEN, too.
    requireReadWrite(principal)
    return embeddedMotherDuckApi(service, principal)
  }
}

/** Return the token of the request. The only scheme is Bearer (contracts/motherduck.md, 1). */
function readCredential({env}: RequestContext): string {
  const token = /^bearer +(\S+) *$/i.exec(readHeader(env.headers, 'authorization') ?? '')?.[1]
  if (token !== undefined) return token
  throw new AppError('UNAUTHENTICATED', 'The request has no bearer token', {
    hint: 'Send the header Authorization: Bearer TOKEN',
  })
}

/** Return the routes with a sign-in before each handler. */
export function signedIn(routes: ApiRoutes, signIn: SignIn): Route[] {
  return Object.entries(routes).map(([path, handlers]) => ({
    path,
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([method, handle]) => [
        method,
        async (c: RequestContext) => handle(c, await signIn(c)),
      ]),
    ),
  }))
}
