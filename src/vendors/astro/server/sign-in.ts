import type {RequestContext, Route} from '../../../service/http/dialect.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {AstroApi} from '../api.ts'
import {embeddedAstroApi} from '../embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../embedded/policy.ts'

type ApiHandler = (c: RequestContext, api: AstroApi) => Promise<Response>

/** Handlers by path and method, each for the API as the caller's token may use it. */
export type ApiRoutes = Record<string, Partial<Record<'GET' | 'POST' | 'DELETE', ApiHandler>>>

/** The API for the token of a request, which is used by that. UNAUTHENTICATED for any other credential and for none. */
export type SignIn = (c: RequestContext) => Promise<AstroApi>

export function createSignIn(service: TokenService): SignIn {
  return async (c) => {
    const credential = await service.authenticate(ASTRO_POLICY.vendor, readCredential(c))
    const actor = {type: 'token', id: credential.token.id, requestId: c.env.requestId} as const
    return embeddedAstroApi(service, {kind: 'token', actor, ...credential})
  }
}

/** With `Bearer` or without: the binary sends what stands in its settings, word for word (contracts/astro.md, 2). */
function readCredential({req}: RequestContext): string {
  return (req.header('authorization') ?? '').replace(/^bearer +/i, '').trim()
}

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
