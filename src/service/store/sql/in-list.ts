import type {SqlValue} from './engine.ts'
import {placeholders} from './table.ts'

export interface SqlCondition {
  sql: string
  params: SqlValue[]
}

/**
 * `column IN (…)`, which is false for an empty list. The number of parameters is rounded up to a power of two by repeating the
 * last one, so that lists of different lengths make few different statements.
 */
export function createInList(column: string, values: readonly string[]): SqlCondition {
  const different = [...new Set(values)]
  const last = different.at(-1)
  if (last === undefined) return {sql: '1 = 0', params: []}
  const count = 2 ** Math.ceil(Math.log2(different.length))
  const params = [...different, ...Array<string>(count - different.length).fill(last)]
  return {sql: `${column} IN (${placeholders(count)})`, params}
}

/** All of the conditions; a missing one does not count. */
export function joinWithAnd(conditions: readonly (SqlCondition | undefined)[]): SqlCondition {
  const given = conditions.filter((condition) => condition !== undefined)
  return {sql: given.map(({sql}) => sql).join(' AND '), params: given.flatMap(({params}) => params)}
}

/** Parameters of one statement. SQLite takes 32 766 of them, PostgreSQL 65 535. */
const CHUNK = 8192

/** What `read` returns for all of these keys, which it gets as many at a time as a statement takes, each once. */
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
