import type {Dialect} from '../../../service/http/app.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {DIRECTORY_ROUTES, NO_ORGANIZATION_ROUTES} from './directory.ts'
import {astroErrorBody} from './error-body.ts'
import {loginRoutes} from './login.ts'
import {createSignIn, signedIn} from './sign-in.ts'
import {AGENT_TOKEN_ROUTES, TOKEN_ROUTES} from './tokens.ts'

/**
 * The Astro API over HTTP, as the unmodified `astro` binary and other clients of it expect it (contracts/astro.md, sections 5 to 8
 * and 10), in front of the Astro API of the token service. `now` gives epoch milliseconds.
 */
export function astroDialect(service: TokenService, now: () => number): Dialect {
  const signIn = createSignIn(service)
  const api = {...DIRECTORY_ROUTES, ...TOKEN_ROUTES, ...AGENT_TOKEN_ROUTES, ...NO_ORGANIZATION_ROUTES}
  return {routes: [...signedIn(api, signIn), ...loginRoutes(service, signIn, now)], errorBody: astroErrorBody}
}
