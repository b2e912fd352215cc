// Holds the write lock of a store. Receives `{file, ms}`, sends `held` when it has the lock, and
// `released` after this time.
import {once} from 'node:events'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as wait} from 'node:timers/promises'

const [{file, ms}] = (await once(process, 'message')) as [{file: string; ms: number}]
const db = new DatabaseSync(file, {timeout: 10_000})
db.exec('BEGIN IMMEDIATE')
process.send?.('held')
await wait(ms)
db.exec('ROLLBACK')
db.close()
process.send?.('released')
process.disconnect()
