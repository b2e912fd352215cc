import type {SqlConnection, SqlValue} from './engine.ts'

/** A table, with the column name of each property of its rows. */
export interface Table<Row> {
  name: string
  columns: Record<keyof Row & string, string>
}

/** Return the columns, each with its property as alias: `token.created_at AS "createdAt", …` */
export function selectList<Row>(table: Table<Row>): string {
  return listEntries(table)
    .map(([property, column]) => `${table.name}.${column} AS "${property}"`)
    .join(', ')
}

/** The columns of a table in rows that also hold cells of other tables. */
export interface Cells<Row> {
  /** What to select: `token.id`, `token.vendor`, … */
  list: string[]
  /** The index of the cell after the last one. */
  end: number
  /** The index of the cell of each property. */
  at: Record<keyof Row & string, number>
}

/** Return the cells of a table. `start` is the index of the first one. */
export function toCells<Row>(table: Table<Row>, start: number): Cells<Row> {
  const entries = listEntries(table)
  return {
    list: entries.map(([, column]) => `${table.name}.${column}`),
    end: start + entries.length,
    at: Object.fromEntries(entries.map(([property], index) => [property, start + index])) as Cells<Row>['at'],
  }
}

/**
 * Insert one row and return the number of inserted rows. `onConflict` is the SQL after the values.
 */
export function insertRow<Row>(
  connection: SqlConnection,
  table: Table<Row>,
  row: Row,
  onConflict = '',
): Promise<number> {
  return connection.run(`${toInsert(table)} ${onConflict}`, toParams(table, row))
}

/** The INSERT of each table, because every change inserts rows. The only state of the module. */
const inserts = new WeakMap<object, string>()

function toInsert<Row>(table: Table<Row>): string {
  const known = inserts.get(table)
  if (known !== undefined) return known
  const columns = Object.values<string>(table.columns)
  const sql = `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${placeholders(columns.length)})`
  inserts.set(table, sql)
  return sql
}

/** Return the values of a row in the order of the columns. */
export function toParams<Row>(table: Table<Row>, row: Row): SqlValue[] {
  return listEntries(table).map(([property]) => toSqlValue(row[property]))
}

/** Return what to write after SET, so that the row `before` becomes `after`, and its parameters. */
export function listChanges<Row>(
  table: Table<Row>,
  before: Row,
  after: Row,
): {assignments: string; params: SqlValue[]} {
  const changed = listEntries(table).filter(([property]) => before[property] !== after[property])
  return {
    assignments: changed.map(([, column]) => `${column} = ?`).join(', '),
    params: changed.map(([property]) => toSqlValue(after[property])),
  }
}

export function placeholders(count: number): string {
  return Array(count).fill('?').join(', ')
}

function listEntries<Row>(table: Table<Row>): [keyof Row & string, string][] {
  return Object.entries(table.columns) as [keyof Row & string, string][]
}

function toSqlValue(value: unknown): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`A ${typeof value} cannot be stored`)
}
