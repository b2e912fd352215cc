// The definitions around a result. Every value that is exported is a definition of definitions.json.
import type {FieldError} from '../../src/errors/app-error.ts'
import type {ErrorDescription} from '../../src/errors/describe.ts'
import {type ErrorCode, EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {SCHEMA_VERSION} from '../../src/output/writer.ts'
import {always, count, define, flag, listOf, nullable, object, oneOf, text} from './schema.ts'

/** What every document of --json has. */
export interface Envelope {
  schemaVersion: typeof SCHEMA_VERSION
  warnings: string[]
}

export const VERSION = define(
  'schemaVersion',
  always(SCHEMA_VERSION, 'The version of these documents; a field that is added does not raise it'),
)

export const WARNINGS = define('warnings', listOf(text(), 'What deserves attention, for a person'))

export const ERROR_CODE = define(
  'errorCode',
  oneOf(Object.keys(EXIT_CODES) as ErrorCode[], 'What went wrong, in a word that does not change'),
)

export const ERROR = define(
  'error',
  object<ErrorDescription>({
    code: ERROR_CODE,
    message: text('What and which, for a person; the wording may change'),
    hint: nullable(text('What to do now')),
    exitCode: count('The exit code of the process; the README lists them'),
    retryable: flag('Whether the same command, run again as it is, may succeed'),
    vendor: nullable(text('The service that answered, when another one did')),
    status: nullable(count('Its HTTP status')),
    requestId: nullable(text('Its id of the request')),
    fieldErrors: listOf(object<FieldError>({field: text(), code: text(), message: text()}), 'What is wrong by field'),
  }),
)

export const FAILURE = define(
  'failure',
  object<Envelope & {ok: false; error: ErrorDescription}>({
    schemaVersion: VERSION,
    ok: always(false),
    error: ERROR,
    warnings: WARNINGS,
  }),
)
