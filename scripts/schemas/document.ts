import type {ErrorDescription} from '../../src/errors/describe.ts'
import {type Envelope, ERROR, FAILURE, VERSION, WARNINGS} from './envelope.ts'
import {always, type JsonSchema, object, optional} from './schema.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const MAY_GROW = 'A later version may add fields and error codes: ignore what you do not know.'

/**
 * Return the schema of what a command prints under --json. `besideError`: a failure may have a
 * result too.
 */
export function documentSchema(
  title: string,
  {result, besideError}: {result: JsonSchema; besideError: boolean},
): JsonSchema {
  const success = object<Envelope & {ok: true; result: object}>({
    schemaVersion: VERSION,
    ok: always(true),
    result: {json: result},
    warnings: WARNINGS,
  })
  return head(title, {oneOf: [success.json, besideError ? failedCheck(result) : FAILURE.json]})
}

/** Return the schema that all others refer to. */
export function definitionsSchema($defs: Record<string, JsonSchema>): JsonSchema {
  return head('Parts of the documents that tokenry prints under --json', {$defs})
}

/** Return the schema of a failed check, which has a result if the check found something. */
function failedCheck(result: JsonSchema): JsonSchema {
  return object<Envelope & {ok: false; error: ErrorDescription; result?: object}>({
    schemaVersion: VERSION,
    ok: always(false),
    error: ERROR,
    result: optional({json: {...result, description: 'What the check found'}}),
    warnings: WARNINGS,
  }).json
}

function head(title: string, schema: JsonSchema): JsonSchema {
  return {$schema: DIALECT, title, description: MAY_GROW, ...schema}
}
