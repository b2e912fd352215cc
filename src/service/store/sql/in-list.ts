import type {SqlValue} from './engine.ts'
import {placeholders} from './table.ts'

export interface SqlCondition {
  sql: string
  params: SqlValue[]
}

/**
 * Return `column IN (…)`, which is false for an empty list. To keep the number of different
 * statements small, the number of parameters is rounded up to a power of two: the last one is
 * repeated.
 */
export function createInList(column: string, values: readonly string[]): SqlCondition {
  const different = [...new Set(values)]
  const last = different.at(-1)
  if (last === undefined) return {sql: '1 = 0', params: []}
  const count = 2 ** Math.ceil(Math.log2(different.length))
  const params = [...different, ...Array<string>(count - different.length).fill(last)]
  return {sql: `${column} IN (${placeholders(count)})`, params}
}

/** Join the conditions with AND, and skip undefined ones. */
export function joinWithAnd(conditions: readonly (SqlCondition | undefined)[]): SqlCondition {
  const given = conditions.filter((condition) => condition !== undefined)
  return {sql: given.map(({sql}) => sql).join(' AND '), params: given.flatMap(({params}) => params)}
}

/** The number of parameters in one statement. SQLite accepts 32 766, PostgreSQL 65 535. */
const CHUNK = 8192

/**
 * Call `read` with these keys, as many as fit in one statement at a time, and return all its rows.
 * A repeated key is read once.
 */
export async function readInChunks<Row>(
  keys: readonly string[],
  read: (chunk: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const different = [...new Set(keys)]
  const rows: Row[] = []
  for (let start = 0; start < different.length; start += CHUNK) {
    rows.push(...(await read(different.slice(start, start + CHUNK))))
  }
  return rows
}
