// Definitions of what surrounds a result. definitions.json holds every value that this file
// exports.
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

export const WARNINGS = define('warnings', listOf(text(), 'Warnings for a person'))

export const ERROR_CODE = define(
  'errorCode',
  oneOf(Object.keys(EXIT_CODES) as ErrorCode[], 'What went wrong. The words are stable'),
)

export const ERROR = define(
  'error',
  object<ErrorDescription>({
    code: ERROR_CODE,
    message: text('What went wrong, for a person. The wording may change'),
    hint: nullable(text('What to do now')),
    exitCode: count('The exit code of the process; docs/scripting.md lists them'),
    retryable: flag('Whether the same command, run again as it is, may succeed'),
    vendor: nullable(text('The vendor whose service answered with this error')),
    status: nullable(count('HTTP status of its answer')),
    vendorCode: nullable(text('Error code of its answer')),
    requestId: nullable(text('Request id of its answer')),
    fieldErrors: listOf(object<FieldError>({field: text(), code: text(), message: text()}), 'What is wrong, by field'),
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
