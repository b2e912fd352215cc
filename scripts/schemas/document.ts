import type {FieldError} from '../../src/errors/app-error.ts'
import type {ErrorDescription} from '../../src/errors/describe.ts'
import {type ErrorCode, EXIT_CODES} from '../../src/errors/exit-codes.ts'
import {count, flag, type JsonSchema, listOf, nullable, object, oneOf, text} from './schema.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const MAY_GROW = 'A later version may add fields and error codes: ignore what you do not know.'

const ERROR = object<ErrorDescription>({
  code: oneOf(Object.keys(EXIT_CODES) as ErrorCode[], 'What went wrong, in a word that does not change'),
  message: text('What and which, for a person; the wording may change'),
  hint: nullable(text('What to do now')),
  exitCode: count('The exit code of the process; the README lists them'),
  retryable: flag('Whether the same command, run again as it is, may succeed'),
  vendor: nullable(text('The service that answered, when another one did')),
  status: nullable(count('Its HTTP status')),
  requestId: nullable(text('Its id of the request')),
  fieldErrors: listOf(object<FieldError>({field: text(), code: text(), message: text()}), 'What is wrong by field'),
})

const WARNINGS = listOf(text(), 'What deserves attention, for a person').json

/** The one document that a command prints under --json. */
export function documentSchema(
  title: string,
  {result, besideError}: {result: JsonSchema; besideError: boolean},
): JsonSchema {
  const found = {$ref: '#/$defs/result', description: 'What the check found'}
  return {
    $schema: DIALECT,
    title: `${title} --json`,
    description: MAY_GROW,
    oneOf: [
      objectOf({ok: {const: true}, result: {$ref: '#/$defs/result'}, warnings: WARNINGS}),
      failure(besideError ? {result: found} : {}),
    ],
    $defs: {result, error: ERROR.json},
  }
}

/** The document of a failure before the command was known. */
export function failureSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'tokenry --json, when no command is found',
    description: MAY_GROW,
    ...failure({}),
    $defs: {error: ERROR.json},
  }
}

function failure(optionalFields: Record<string, JsonSchema>): JsonSchema {
  return objectOf({ok: {const: false}, error: {$ref: '#/$defs/error'}, warnings: WARNINGS}, optionalFields)
}

function objectOf(properties: Record<string, JsonSchema>, optionalFields: Record<string, JsonSchema> = {}): JsonSchema {
  return {type: 'object', properties: {...properties, ...optionalFields}, required: Object.keys(properties)}
}
