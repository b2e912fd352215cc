import type {SqlCondition} from './in-list.ts'

/**
 * The greatest code point. Every text that begins with a prefix sorts before the prefix followed by
 * it.
 */
const GREATEST = '\u{10ffff}'

/** Return the condition that a column begins with the prefix: a range, which an index can find. */
export function createPrefixRange(column: string, prefix: string): SqlCondition {
  return {sql: `(${column} >= ? AND ${column} < ?)`, params: [prefix, prefix + GREATEST]}
}
