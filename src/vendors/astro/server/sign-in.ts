import type {RequestContext, Route} from '../../../service/http/dialect.ts'
import {readHeader} from '../../../service/http/headers.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {AstroApi} from '../api.ts'
import {embeddedAstroApi} from '../embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../embedded/policy.ts'

type ApiHandler = (c: RequestContext, api: AstroApi) => Promise<Response>

/** Handlers by path and method. Each gets the API with the permissions of the caller's token. */
export type ApiRoutes = Record<string, Partial<Record<'GET' | 'POST' | 'DELETE', ApiHandler>>>

/**
 * Return the API for the token of a request. This counts as a use of the token. UNAUTHENTICATED for
 * any other credential and for none.
 */
export type SignIn = (c: RequestContext) => Promise<AstroApi>

export function createSignIn(service: TokenService): SignIn {
  return async (c) => {
    const credential = await service.authenticate(ASTRO_POLICY, readCredential(c))
    const actor = {type: 'token', id: credential.token.id, requestId: c.env.requestId} as const
    return embeddedAstroApi(service, {kind: 'token', actor, ...credential})
  }
}

/**
 * Return the token of the request, with or without `Bearer` before it: the binary sends the
 * unchanged text of its settings (contracts/astro.md, 2).
 */
function readCredential({env}: RequestContext): string {
  return (readHeader(env.headers, 'authorization') ?? '').replace(/^bearer +/i, '').trim()
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
