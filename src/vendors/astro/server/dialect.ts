import type {Dialect} from '../../../service/http/dialect.ts'
import {refuseUnreadable} from '../../../service/http/failure.ts'
import {decodePath, readPath} from '../../../service/http/target.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {DIRECTORY_ROUTES, NO_ORGANIZATION_ROUTES} from './directory.ts'
import {answerAstroError} from './error-body.ts'
import {loginRoutes} from './login.ts'
import {createSignIn, signedIn} from './sign-in.ts'
import {AGENT_TOKEN_ROUTES, TOKEN_ROUTES} from './tokens.ts'

/** What one request can make the service hold and parse, on the one thread that answers all of them. */
const BODY_BYTES_MAX = 262_144

/**
 * The Astro API over HTTP, as the unmodified `astro` binary and other clients of it expect it (contracts/astro.md, sections 5 to 8
 * and 10), in front of the Astro API of the token service. `now` gives epoch milliseconds.
 */
export function astroDialect(service: TokenService, now: () => number): Dialect {
  const signIn = createSignIn(service)
  const api = {...DIRECTORY_ROUTES, ...TOKEN_ROUTES, ...AGENT_TOKEN_ROUTES, ...NO_ORGANIZATION_ROUTES}
  return {
    bodyBytesMax: BODY_BYTES_MAX,
    routes: [...signedIn(api, signIn), ...loginRoutes(service, signIn, now)],
    toRoutePath: toAstroPath,
    answerError: answerAstroError,
  }
}

/**
 * Return the path to route by: each slash counts, as the binary's path without an organization shows
 * (contracts/astro.md, 5.1), dots mean nothing, and letters may be percent-encoded.
 */
function toAstroPath(target: string): string {
  const path = readPath(target)
  if (path === null || path.includes('\\')) throw refuseUnreadable(400)
  return decodePath(path)
}
