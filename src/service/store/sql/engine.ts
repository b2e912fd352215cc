import type {AppError} from '../../../errors/app-error.ts'

/** Numbers are integers; booleans are stored as 0 and 1. */
export type SqlValue = string | number | null

/**
 * What the SQL of this folder needs of a database. Parameters are written `?`; rows are objects keyed by the names that the
 * SELECT gives, and every integer, a count too, comes back as a number. A unique key that is taken is an AppError CONFLICT.
 * Text compares and sorts by its bytes (on PostgreSQL: COLLATE "C").
 */
export interface SqlConnection {
  all<Row>(sql: string, params: SqlValue[]): Promise<Row[]>
  /** The rows as arrays of what the SELECT gives, in its order: for thousands of them, which `all` would make objects of. */
  rows(sql: string, params: SqlValue[]): Promise<SqlValue[][]>
  /** The number of rows that were inserted, changed or deleted. */
  run(sql: string, params: SqlValue[]): Promise<number>
  /** All that `work` writes or nothing. Within a transaction it is a part of that one. */
  transaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>
}

export interface TransactionOptions {
  /** False: throw TIMEOUT rather than wait when another process holds the write lock. The default is up to 10 seconds. */
  wait?: boolean
}

export interface SqlEngine extends SqlConnection {
  transaction<T>(work: (connection: SqlConnection) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Resolves when the store is found to be removed, replaced or truncated; from then on everything fails. */
  lost: Promise<AppError>
  close(): Promise<void>
}
