import {createInterface} from 'node:readline'
import {updateSettings} from '../../src/config/settings.ts'

// Prints `ready`, waits for a line, and adds contexts to the settings in the folder that argv
// names: NAME-0, NAME-1 …, each in an update of its own. Prints a line after each.
const [, , folder = '', name = '', count = '0'] = process.argv
process.stdout.write('ready\n')
for await (const _line of createInterface({input: process.stdin})) break
for (let index = 0; index < Number(count); index++) {
  await updateSettings(
    folder,
    (settings) => ({
      ...settings,
      contexts: [...settings.contexts, {vendor: 'tiny', name: `${name}-${index}`, places: {}}],
    }),
    [{name: 'tiny', places: []}],
  )
  process.stdout.write(`${index}\n`)
}
process.exit()
