import {readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import {expect} from 'chai'
import type {JsonSchema} from '../../scripts/schemas/schema.ts'
import {DEFINITIONS_PATH, schemaFileOf} from '../../scripts/schemas.ts'

const ROOT = join(import.meta.dirname, '../..')

/**
 * The committed schemas of what commands print under --json. `strict`: a field that is not
 * described is an error. We must not print one, but a reader must accept those of a later version.
 */
export class DocumentSchemas {
  readonly #ajv = new Ajv2020({allErrors: true, allowUnionTypes: true})
  readonly #strict: boolean

  constructor({strict = true} = {}) {
    this.#strict = strict
    this.#ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)
    this.#add(DEFINITIONS_PATH)
  }

  /**
   * Fail unless this text is a document that the command prints, or without an id, one that is
   * printed without a command.
   */
  expectValid(id: string | null, text: string): void {
    const validate = this.validatorOf(id)
    const valid = validate(JSON.parse(text))
    expect(valid, `${id} ${describeErrors(validate)} ${text.slice(0, 1000)}`).to.equal(true)
    expect(text, 'the first key').to.match(/^\{"schemaVersion":1,"ok":/)
  }

  validatorOf(id: string | null): ValidateFunction {
    const path = schemaFileOf(id)
    if (!this.#ajv.getSchema(basename(path))) this.#add(path)
    return this.#ajv.getSchema(basename(path)) ?? expect.fail(path)
  }

  #add(path: string): void {
    const schema = readSchema(path)
    this.#ajv.addSchema(this.#strict ? withoutOtherFields(schema) : schema, basename(path))
  }
}

/** Return a committed schema, by its path from the root of the checkout. */
export function readSchema(path: string): JsonSchema {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}

function describeErrors({errors}: ValidateFunction): string {
  return (errors ?? [])
    .map(({instancePath, message, params}) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .slice(0, 5)
    .join('; ')
}

function withoutOtherFields<Node>(node: Node): Node {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(withoutOtherFields) as Node
  const strict = Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, withoutOtherFields(inner)]))
  return ('properties' in node ? {...strict, additionalProperties: false} : strict) as Node
}
