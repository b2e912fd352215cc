import {type Dialect, jsonAnswer} from '../../src/service/http/dialect.ts'
import {describeFailure} from '../../src/service/http/failure.ts'
import {readPath} from '../../src/service/http/target.ts'

const PASSING = {STORE_LOST: 503, STORE_BUSY: 503, TIMEOUT: 503}

/**
 * Return a dialect that does not belong to a vendor. It routes by the path as it was sent, and
 * returns every error as JSON.
 */
export function plainDialect(parts: Partial<Dialect> = {}): Dialect {
  return {
    bodyBytesMax: 262_144,
    routes: [],
    toRoutePath: (target) => readPath(target) ?? target,
    answerError({err, path, requestId}) {
      const {status, message, headers} = describeFailure(err, {INVALID: 400, ...PASSING})
      return jsonAnswer({status, headers}, {message, path, requestId, statusCode: status})
    },
    ...parts,
  }
}
