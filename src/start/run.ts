import {join} from 'node:path'
import {main} from '../main.ts'
import {createProcessRuntime} from '../runtime/runtime.ts'

const runtime = createProcessRuntime()
// Until the command has ended well, it has not.
process.exitCode = 1

/** The command that was run, when it has ended with exit code 0; else null. */
// No top-level await: Node answers one that never settles with exit code 13 and a warning.
export const endedWell: Promise<string | null> = main(
  process.argv.slice(2),
  runtime,
  join(import.meta.dirname, '../..'),
).then(({exitCode, command}) => {
  process.exitCode = exitCode
  // Everything is written out; an answer that is still waited for would keep the process, and Node would close a lost store.
  if (runtime.signals.abandoned || runtime.storeLost()) process.exit()
  return exitCode === 0 ? command : null
})
