import type {AppError} from '../../../errors/app-error.ts'

/** Numbers are integers; booleans are stored as 0 and 1. */
export type SqlValue = string | number | null

/**
 * What the SQL in this folder needs from a database:
 *
 * - A parameter is written `?`.
 * - A row is an object whose keys are the names in the SELECT.
 * - Every integer, also a count, is returned as a number.
 * - Text compares and sorts by its bytes (on PostgreSQL: COLLATE "C").
 * - If a unique key is taken, the statement throws an AppError CONFLICT.
 */
export interface SqlConnection {
  all<Row>(sql: string, params: SqlValue[]): Promise<Row[]>
  /**
   * Return each row as an array, in the order of the SELECT. For thousands of rows: `all` would
   * create an object for each.
   */
  rows(sql: string, params: SqlValue[]): Promise<SqlValue[][]>
  /** Return the number of rows that were inserted, changed or deleted. */
  run(sql: string, params: SqlValue[]): Promise<number>
  /**
   * Commit all that `work` writes, or nothing. Inside a transaction, `work` joins that transaction.
   */
  transaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>
}

export interface TransactionOptions {
  /**
   * If false and another process holds the write lock, throw TIMEOUT immediately. By default, wait
   * up to 10 seconds.
   */
  wait?: boolean
}

export interface SqlEngine extends SqlConnection {
  /**
   * Run `work` in a transaction. Works that are committed together, one after another, get the same
   * connection object. No other work ever gets it.
   */
  transaction<T>(work: (connection: SqlConnection) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Return a number that is another one after each commit to the database, by any process. Throw
   * what a read would throw. Absent if that would cost as much as a read.
   */
  readVersion?: (() => number) | undefined
  /**
   * Resolves when the files of the store were removed, replaced or truncated. After that, every
   * call fails.
   */
  lost: Promise<AppError>
  close(): Promise<void>
}
