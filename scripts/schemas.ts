import {ALL_COMMANDS} from './all-commands.ts'
import type {GeneratedFiles} from './generated-files.ts'
import * as deltastream from './schemas/deltastream-objects.ts'
import {definitionsSchema, documentSchema} from './schemas/document.ts'
import * as envelope from './schemas/envelope.ts'
import * as motherduck from './schemas/motherduck-objects.ts'
import * as objects from './schemas/objects.ts'
import * as outcomes from './schemas/outcomes.ts'
import {RESULT_BESIDE_ERROR, RESULTS} from './schemas/results.ts'
import {DEFINITIONS_FILE, type Definition, type JsonSchema, object, text} from './schemas/schema.ts'

export const SCHEMA_FOLDER = 'docs/schemas'

/** The definitions that every other schema refers to. */
export const DEFINITIONS_PATH = `${SCHEMA_FOLDER}/${DEFINITIONS_FILE}`

/**
 * Return the path of the schema of a command. Without an id: of what is printed when no command
 * runs.
 */
export function schemaFileOf(id: string | null): string {
  return `${SCHEMA_FOLDER}/${id === null ? 'no-command' : id.replaceAll(':', '-')}.json`
}

/** Return the schemas of what each command prints under --json, by path. */
export function buildSchemas(): GeneratedFiles {
  const schemas: Record<string, JsonSchema> = {
    [DEFINITIONS_PATH]: buildDefinitions(),
    [schemaFileOf(null)]: documentSchema('tokenry --version --json, or when no command is found', {
      result: object<{version: string}>({version: text()}).json,
      besideError: false,
    }),
  }
  for (const [id, {json}] of Object.entries(RESULTS)) {
    const options = {result: json, besideError: isCheck(id)}
    schemas[schemaFileOf(id)] = documentSchema(`tokenry ${id.replaceAll(':', ' ')} --json`, options)
  }
  refuseUndefined(schemas)
  return Object.fromEntries(
    Object.entries(schemas).map(([path, schema]) => [path, `${JSON.stringify(schema, null, 2)}\n`]),
  )
}

/** Throw if a schema refers to a definition that no list below holds. */
function refuseUndefined(schemas: Record<string, JsonSchema>): void {
  const defined = schemas[DEFINITIONS_PATH]?.$defs ?? {}
  for (const [path, schema] of Object.entries(schemas)) {
    for (const [, name = ''] of JSON.stringify(schema).matchAll(/"\$ref":"[^"]*#\/\$defs\/([^"]+)"/g)) {
      if (Object.hasOwn(defined, name)) continue
      throw new Error(`${path} refers to ${name}: import the file that defines it in scripts/schemas.ts`)
    }
  }
}

/** Return whether the command can print its result and fail: a list with --fail-if-any, too. */
function isCheck(id: string): boolean {
  return RESULT_BESIDE_ERROR.has(id) || 'fail-if-any' in (ALL_COMMANDS[id]?.flags ?? {})
}

function buildDefinitions(): JsonSchema {
  const definitions: Definition[] = [
    ...Object.values(envelope),
    ...Object.values(objects),
    ...Object.values(deltastream),
    ...Object.values(motherduck),
    ...Object.values(outcomes),
  ]
  return definitionsSchema(Object.fromEntries(definitions.map(({name, definition}) => [name, definition])))
}
