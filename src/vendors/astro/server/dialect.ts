import type {Dialect} from '../../../service/http/dialect.ts'
import {refuseUnreadable} from '../../../service/http/failure.ts'
import {decodePath, readPath} from '../../../service/http/target.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {DIRECTORY_ROUTES, NO_ORGANIZATION_ROUTES} from './directory.ts'
import {answerAstroError} from './error-body.ts'
import {loginRoutes} from './login.ts'
import {createSignIn, signedIn} from './sign-in.ts'
import {AGENT_TOKEN_ROUTES, TOKEN_ROUTES} from './tokens.ts'

/** The largest body of a request. One thread holds and parses the bodies of all requests. */
const BODY_BYTES_MAX = 262_144

/**
 * Return the Astro API over HTTP, in front of the Astro API of the token service. It is what the
 * unmodified `astro` binary and other clients expect (contracts/astro.md, sections 5 to 8 and 10).
 * `now` returns epoch milliseconds.
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
 * Return the path for routing. Every slash counts, as the binary's path without an organization
 * shows (contracts/astro.md, 5.1). Dots have no special meaning. Letters may be percent-encoded.
 */
function toAstroPath(target: string): string {
  const path = readPath(target)
  if (path === null || path.includes('\\')) throw refuseUnreadable(400)
  return decodePath(path)
}
