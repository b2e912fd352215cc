// Creates tokens one after another. Each run of the program opens and closes the store. Prints one
// line of JSON for each run.
import {once} from 'node:events'
import {runTokenry} from '../support/run-tokenry.ts'

const [home = '', name = '', count = '0', ...flags] = process.argv.slice(2)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
for (let index = 0; index < Number(count); index += 1) {
  const argv = [
    'deployment',
    'token',
    'create',
    '-n',
    `${name}-${index}`,
    '-r',
    'DEPLOYMENT_ADMIN',
    '-e',
    '30',
    '-c',
    ...flags,
  ]
  process.stdout.write(`${JSON.stringify(await runTokenry(argv, {home, nowMs: Date.now()}))}\n`)
}
