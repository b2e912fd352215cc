import {join} from 'node:path'
import {main} from '../main.ts'
import {createProcessRuntime} from '../runtime/runtime.ts'

const runtime = createProcessRuntime()
// Start from exit code 1, so that a crash or a promise that never settles is not reported as
// success.
process.exitCode = 1

/** The command, if it ended with exit code 0; else null. */
// No top-level await: if it never settles, Node exits with code 13 and a warning.
export const endedWell: Promise<string | null> = main(
  process.argv.slice(2),
  runtime,
  join(import.meta.dirname, '../..'),
).then(({exitCode, command}) => {
  process.exitCode = exitCode
  // All output is written. Exit now: a pending request would keep the process alive, and at a
  // normal exit Node would close a lost store.
  if (runtime.signals.abandoned || runtime.storeLost()) process.exit()
  return exitCode === 0 ? command : null
})
