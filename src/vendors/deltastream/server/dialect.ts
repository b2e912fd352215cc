import type {Dialect} from '../../../service/http/dialect.ts'
import {refuseUnreadable} from '../../../service/http/failure.ts'
import {decodePath, readPath} from '../../../service/http/target.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {answerDeltaStreamError} from './error-body.ts'
import {createKeptResults} from './kept-results.ts'
import {createRoutes} from './routes.ts'

/** The largest body of a request, with its attachments (contracts/deltastream.md, 1.2). */
const BODY_BYTES_MAX = 16 * 1_048_576

/**
 * Return the DeltaStream API v2 in front of the token service. It is what the drivers for Go, Node
 * and Python expect (contracts/deltastream.md, section 1).
 */
export function deltaStreamDialect(service: TokenService, now: () => number): Dialect {
  return {
    bodyBytesMax: BODY_BYTES_MAX,
    routes: createRoutes(service, createKeptResults(now)),
    toRoutePath: toDeltaStreamPath,
    answerError: answerDeltaStreamError,
  }
}

/** Drivers repeat slashes: `/v2//statements`, if their URL ends in one (section 1). */
function toDeltaStreamPath(target: string): string {
  const path = readPath(target)
  if (path === null) throw refuseUnreadable(400)
  return decodePath(path).replaceAll(/\/{2,}/g, '/')
}
