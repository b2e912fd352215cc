// Exchanges two folders until it is ended, or often enough, as fast as it can: what anyone can do
// who may write to the folder above.
import {renameSync} from 'node:fs'

const EXCHANGES_MAX = 200_000

const [, , first = '', second = ''] = process.argv
let moved = 0
process.send?.('ready')
for (let count = 0; count < EXCHANGES_MAX; count++) {
  move(first, `${first}.away`)
  move(second, first)
  move(`${first}.away`, second)
}

/** What the other process has made there meanwhile goes out of the way. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    renameSync(to, `${to}.${++moved}`)
    renameSync(from, to)
  }
}
