// Definitions of what came of each of several tokens. definitions.json holds every value that this
// file exports.
import type {ErrorCode} from '../../src/errors/exit-codes.ts'
import type {Outcome} from '../../src/operations/tokens/bulk.ts'
import {DELTASTREAM_TOKEN_PLAN, DROPPED_DELTASTREAM_TOKEN} from './deltastream-objects.ts'
import {ERROR_CODE} from './envelope.ts'
import {DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN} from './motherduck-objects.ts'
import {ALREADY_GONE, DELETED_TOKEN, PLAN} from './objects.ts'
import {always, define, either, listOf, object, type Schema, text} from './schema.ts'

interface Failed {
  wanted: string
  ok: false
  error: {code: ErrorCode; message: string}
}

const WANTED = text('The id or the name of the token, as it was given')

const FAILED = object<Failed>({
  wanted: WANTED,
  ok: always(false),
  error: object<Failed['error']>({code: ERROR_CODE, message: text('Why it failed, for a person')}),
})

/** Return the schema of what came of one of several tokens. */
function outcome<Result extends object>({json}: Schema<Result>): Schema<Outcome<Result>> {
  const made = object<{wanted: string; ok: true; result: object}>({wanted: WANTED, ok: always(true), result: {json}})
  return {json: either(made, FAILED).json}
}

export const DELETION = define('deletion', outcome(either(DELETED_TOKEN, PLAN, ALREADY_GONE)))

export const MOTHERDUCK_DELETION = define(
  'motherDuckDeletion',
  outcome(either(DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, ALREADY_GONE)),
)

export const DELTASTREAM_DROP = define(
  'deltaStreamDrop',
  outcome(either(DROPPED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, ALREADY_GONE)),
)

export const DELETION_RESULT = define('deletionResult', either(DELETED_TOKEN, PLAN, ALREADY_GONE, listOf(DELETION)))

export const MOTHERDUCK_DELETION_RESULT = define(
  'motherDuckDeletionResult',
  either(DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, ALREADY_GONE, listOf(MOTHERDUCK_DELETION)),
)

export const DELTASTREAM_DROP_RESULT = define(
  'deltaStreamDropResult',
  either(DROPPED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, ALREADY_GONE, listOf(DELTASTREAM_DROP)),
)
