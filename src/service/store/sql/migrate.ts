import type {SqlConnection} from './engine.ts'
import {MIGRATIONS} from './schema.ts'

/** Bring a schema of version `from` (0: none) to the newest. Call it in a transaction that holds the engine's migration lock. */
export async function migrate(connection: SqlConnection, {from, nowMs}: {from: number; nowMs: number}): Promise<void> {
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1
    if (version <= from) continue
    for (const sql of statements) await connection.run(sql, [])
    await connection.run('INSERT INTO migration (version, applied_at) VALUES (?, ?)', [version, nowMs])
  }
}
