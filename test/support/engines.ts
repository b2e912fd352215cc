import type {SqlConnection, SqlEngine, SqlValue} from '../../src/service/store/sql/engine.ts'

/**
 * Return an engine that rolls back every transaction once and runs it again from the start, as an
 * engine does after a conflict with another transaction.
 */
export function repeatTransactions(engine: SqlEngine): SqlEngine {
  const aborted = new Error('The first run is taken back')
  const transaction: SqlEngine['transaction'] = async (work, options) => {
    const first = engine.transaction(async (connection) => {
      await work(connection)
      throw aborted
    }, options)
    await first.catch((err: unknown) => {
      if (err !== aborted) throw err
    })
    return engine.transaction(work, options)
  }
  return {...engine, run: (sql, params) => transaction((tx) => tx.run(sql, params)), transaction}
}

/**
 * Return an engine that calls `note` with each statement that the database has run, including BEGIN
 * and COMMIT, and with the number of returned rows.
 */
export function watchStatements(engine: SqlEngine, note: (sql: string, rows: number) => void): SqlEngine {
  const watch = (connection: SqlConnection): SqlConnection => {
    const watched: SqlConnection = {
      all: async <Row>(sql: string, params: SqlValue[]) => noted(sql, await connection.all<Row>(sql, params)),
      rows: async (sql, params) => noted(sql, await connection.rows(sql, params)),
      async run(sql, params) {
        const changed = await connection.run(sql, params)
        note(sql, 0)
        return changed
      },
      transaction: (work) => work(watched),
    }
    return watched
  }
  const noted = <Row>(sql: string, rows: Row[]): Row[] => {
    note(sql, rows.length)
    return rows
  }
  const transaction: SqlEngine['transaction'] = (work, options) =>
    engine.transaction(async (connection) => {
      note('BEGIN', 0)
      const result = await work(watch(connection))
      note('COMMIT', 0)
      return result
    }, options)
  const run: SqlEngine['run'] = (sql, params) => transaction((tx) => tx.run(sql, params))
  return {...engine, ...watch(engine), transaction, run}
}
