/** The keywords of JSON Schema (2020-12) that are used here. */
export interface JsonSchema {
  $schema?: string
  title?: string
  description?: string
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  format?: string
  const?: unknown
  enum?: unknown[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}

/**
 * A schema of exactly this type. The compiler rejects a missing field, a field too many, and a
 * field of another type.
 */
export interface Schema<T> {
  json: JsonSchema
  /**
   * Never set: it exists only for the compiler. Because T is the parameter and the result of this
   * function, a schema of a wider or narrower type than T is an error.
   */
  exactly?: (value: T) => T
}

/**
 * A schema that definitions.json holds under this name. Other schemas contain a reference to it.
 */
export interface Definition {
  name: string
  definition: JsonSchema
}

/** The file of all definitions, next to the schemas that refer to it. */
export const DEFINITIONS_FILE = 'definitions.json'

/** A field that may be left out. */
interface OptionalField<T> {
  optional: Schema<T>
}

type Fields<T> = {
  [Key in keyof T]-?: undefined extends T[Key] ? OptionalField<Exclude<T[Key], undefined>> : Schema<T[Key]>
}

type TypeOf<Each> = Each extends Schema<infer T> ? T : never

/** Give a schema a name and a place in definitions.json. */
export function define<T>(name: string, {json}: Schema<T>): Schema<T> & Definition {
  return {name, definition: json, json: {$ref: `${DEFINITIONS_FILE}#/$defs/${name}`}}
}

export function text(description?: string): Schema<string> {
  return {json: described({type: 'string'}, description)}
}

export function count(description?: string): Schema<number> {
  return {json: described({type: 'integer'}, description)}
}

export function flag(description?: string): Schema<boolean> {
  return {json: described({type: 'boolean'}, description)}
}

/** An RFC 3339 time in UTC. */
export function time(description?: string): Schema<string> {
  return {json: described({type: 'string', format: 'date-time'}, description)}
}

export function oneOf<const Word extends string | number>(words: readonly Word[], description?: string): Schema<Word> {
  return {json: described({enum: [...words]}, description)}
}

/** A field that has always the same value. */
export function always<const Value extends boolean | number>(value: Value, description?: string): Schema<Value> {
  return {json: described({const: value}, description)}
}

/** An object whose fields others define. */
export function anyObject(description: string): Schema<Record<string, unknown>> {
  return {json: {type: 'object', description}}
}

export function nullable<T>({json}: Schema<T>): Schema<T | null> {
  if (json.enum) return {json: {...json, enum: [...json.enum, null]}}
  return {json: typeof json.type === 'string' ? {...json, type: [json.type, 'null']} : {anyOf: [json, {type: 'null'}]}}
}

export function listOf<T>({json}: Schema<T>, description?: string): Schema<T[]> {
  return {json: described({type: 'array', items: json}, description)}
}

/** An object with any keys, whose values all have this schema. */
export function mapOf<T>({json}: Schema<T>, description?: string): Schema<Record<string, T>> {
  return {json: described({type: 'object', additionalProperties: json}, description)}
}

export function optional<T>(schema: Schema<T>): OptionalField<T> {
  return {optional: schema}
}

/** An object with these fields. A later version may add fields. */
export function object<T extends object>(fields: Fields<T>): Schema<T> {
  const entries = Object.entries(fields as Record<string, {json: JsonSchema} | {optional: {json: JsonSchema}}>)
  return {
    json: {
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([name, field]) => [name, 'optional' in field ? field.optional.json : field.json]),
      ),
      required: entries.filter(([, field]) => !('optional' in field)).map(([name]) => name),
    },
  }
}

/** One of several objects. A field that only one of them has distinguishes them. */
export function either<const Each extends readonly {json: JsonSchema}[]>(...each: Each): Schema<TypeOf<Each[number]>> {
  return {json: {anyOf: each.map(({json}) => json)}}
}

/** A minted token: these fields, and the secret or the file that holds it. */
export function withSecret<T>(token: Schema<T>): Schema<T> {
  const delivered = {
    token: text('The token itself, shown only once').json,
    file: text('With --output FILE or --output-dir DIR: the file that holds the token, instead of `token`').json,
  }
  return {
    json: {
      ...token.json,
      properties: {...token.json.properties, ...delivered},
      oneOf: [{required: ['token']}, {required: ['file']}],
    },
  }
}

/** One of several minted tokens: these fields, and the file that holds the secret. */
export function withFile<T>(token: Schema<T>): Schema<T> {
  const {properties, required = []} = token.json
  const file = text('The file that holds the token').json
  return {json: {...token.json, properties: {...properties, file}, required: [...required, 'file']}}
}

function described(schema: JsonSchema, description: string | undefined): JsonSchema {
  return description === undefined ? schema : {...schema, description}
}
