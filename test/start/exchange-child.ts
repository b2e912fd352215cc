// Exchange two folders as fast as possible, until this process is killed or EXCHANGES_MAX is
// reached. Anyone who may write to the folder above can do this.
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

/** Rename a folder. If the other process has created something there meanwhile, move that away. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    renameSync(to, `${to}.${++moved}`)
    renameSync(from, to)
  }
}
