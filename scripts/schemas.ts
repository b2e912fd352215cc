// Writes docs/schemas: what each command prints under --json; with --check it fails when the committed files differ.
import {fileURLToPath} from 'node:url'
import {type GeneratedFiles, writeOrCheck} from './generated-files.ts'
import {documentSchema, failureSchema} from './schemas/document.ts'
import {RESULT_BESIDE_ERROR, RESULTS} from './schemas/results.ts'
import type {JsonSchema} from './schemas/schema.ts'

export const SCHEMA_FOLDER = 'docs/schemas'

/** The file that describes what a command prints under --json; without an id, what is printed when no command is found. */
export function schemaFileOf(id: string | null): string {
  return `${SCHEMA_FOLDER}/${id === null ? 'no-command' : id.replaceAll(':', '-')}.json`
}

export function buildSchemas(): GeneratedFiles {
  const schemas = Object.entries(RESULTS).map(([id, {json}]): [string, JsonSchema] => {
    const options = {result: json, besideError: RESULT_BESIDE_ERROR.has(id)}
    return [schemaFileOf(id), documentSchema(`tokenry ${id.replaceAll(':', ' ')}`, options)]
  })
  schemas.push([schemaFileOf(null), failureSchema()])
  return Object.fromEntries(schemas.map(([path, schema]) => [path, `${JSON.stringify(schema, null, 2)}\n`]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeOrCheck(buildSchemas(), {command: 'npm run schemas', folder: SCHEMA_FOLDER})
}
