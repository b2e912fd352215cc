import type {SqlConnection} from './engine.ts'
import {MIGRATIONS} from './schema.ts'

/**
 * Migrate a schema from version `from` (0: none) to the newest version. Call it in a transaction
 * that holds the migration lock of the engine.
 */
export async function migrate(connection: SqlConnection, {from, nowMs}: {from: number; nowMs: number}): Promise<void> {
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1
    if (version <= from) continue
    for (const sql of statements) await connection.run(sql, [])
    await connection.run('INSERT INTO migration (version, applied_at) VALUES (?, ?)', [version, nowMs])
  }
}
