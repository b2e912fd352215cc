import {type Dialect, jsonAnswer} from '../../src/service/http/dialect.ts'
import {describeFailure} from '../../src/service/http/failure.ts'
import {readPath} from '../../src/service/http/target.ts'

/** A dialect of no vendor: it routes by the path as it was sent, and words every error as JSON. */
export function plainDialect(parts: Partial<Dialect> = {}): Dialect {
  return {
    bodyBytesMax: 262_144,
    routes: [],
    toRoutePath: (target) => readPath(target) ?? target,
    answerError({err, path, requestId}) {
      const {status, message, headers} = describeFailure(err, {INVALID: 400})
      return jsonAnswer({status, headers}, {message, path, requestId, statusCode: status})
    },
    ...parts,
  }
}
