import {createInterface} from 'node:readline'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {ducklingSeed} from './duckling-seed.ts'

// Prints `ready`, waits for a line, opens the service in the folder that argv names, and prints how
// often the seed ran.
const [, , folder = ''] = process.argv
process.stdout.write('ready\n')
for await (const _line of createInterface({input: process.stdin})) break
let runs = 0
const counted = {
  ...ducklingSeed,
  run: (...args: Parameters<typeof ducklingSeed.run>) => ducklingSeed.run(...args).then(() => void runs++),
}
const {service} = await openEmbeddedService(folder, Date.now, {newId: ASTRO_POLICY.newId, seeds: [counted]})
await service.close()
process.stdout.write(`${runs}\n`)
process.exit()
