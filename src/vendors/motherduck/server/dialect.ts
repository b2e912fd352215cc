import type {Dialect} from '../../../service/http/dialect.ts'
import {refuseUnreadable} from '../../../service/http/failure.ts'
import {decodePath, readPath} from '../../../service/http/target.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {answerMotherDuckError} from './error-body.ts'
import {API_ROUTES} from './routes.ts'
import {createSignIn, signedIn} from './sign-in.ts'

/** The largest body of a request. One thread holds and parses the bodies of all requests. */
const BODY_BYTES_MAX = 262_144

/**
 * Return the MotherDuck REST API in front of the token service. It is what the R package, `md` and
 * the Terraform providers expect (contracts/motherduck.md, sections 1 to 4 and 9).
 */
export function motherDuckDialect(service: TokenService): Dialect {
  return {
    bodyBytesMax: BODY_BYTES_MAX,
    routes: [
      ...signedIn(API_ROUTES, createSignIn(service)),
      {
        path: '/docs/specs',
        handlers: {GET: async (c) => c.json((await import('./specs.ts')).describeApi())},
      },
    ],
    toRoutePath: toMotherDuckPath,
    answerError: answerMotherDuckError,
  }
}

/**
 * Return the path for routing: exactly what the client sent, with percent-encoded letters decoded.
 * Dots, backslashes, and empty segments have no special meaning (contracts/motherduck.md, 2).
 */
function toMotherDuckPath(target: string): string {
  const path = readPath(target)
  if (path === null) throw refuseUnreadable(400)
  return decodePath(path)
}
