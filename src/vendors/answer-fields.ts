import {parseRfc3339, toRfc3339} from '../lib/rfc3339.ts'

const YEAR_0_MS = Date.parse('0000-01-01T00:00:00Z')
const YEAR_10000_MS = Date.UTC(10_000, 0, 1)

/** An object of a vendor's answer. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Readers of a vendor's answer. Each throws a plain Error that names the field if it is not of the
 * wanted type; an optional one may be absent or null and is undefined then.
 */
export function readFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new Error(`${what} is not an object`)
}

export function readText(fields: Fields, name: string): string {
  return requireValue(name, readOptionalText(fields, name))
}

export function readOptionalText(fields: Fields, name: string): string | undefined {
  return readOptional(fields, name, (value) => (typeof value === 'string' ? value : undefined))
}

export function readOptionalNumber(fields: Fields, name: string): number | undefined {
  return readOptional(fields, name, (value) => (Number.isFinite(value) ? Number(value) : undefined))
}

/** Return a time in our form: RFC 3339 in UTC, whole seconds. */
export function readTime(fields: Fields, name: string): string {
  return requireValue(name, readOptionalTime(fields, name))
}

export function readOptionalTime(fields: Fields, name: string): string | undefined {
  return readOptional(fields, name, (value) => {
    const epochMs = typeof value === 'string' ? parseRfc3339(value) : undefined
    // An offset can lead beyond the years that RFC 3339 has.
    const isWritable = epochMs !== undefined && epochMs >= YEAR_0_MS && epochMs < YEAR_10000_MS
    return isWritable ? toRfc3339(epochMs) : undefined
  })
}

/** An absent list is empty. */
export function readList<Item>(fields: Fields, name: string, readItem: (value: unknown) => Item): Item[] {
  const value = fields[name] ?? []
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`)
  return value.map((item) => readItem(item))
}

/** Return an object with the value under this name, empty if it is undefined. */
export function present<Name extends string, Value>(name: Name, value: Value | undefined): {[Key in Name]?: Value} {
  return value === undefined ? {} : ({[name]: value} as {[Key in Name]: Value})
}

function requireValue<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new Error(`${name} is missing, or of another type`)
  return value
}

function readOptional<Value>(
  fields: Fields,
  name: string,
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  const value = fields[name]
  return value === undefined || value === null ? undefined : requireValue(name, read(value))
}
