// The smallest server on Hono: one route that answers `{}`. Prints its port.
import type {AddressInfo} from 'node:net'
import {serve} from '@hono/node-server'
import {Hono} from 'hono'

const app = new Hono()
app.get('/', (c) => c.json({}))
const server = serve({fetch: app.fetch, port: 0, hostname: '127.0.0.1'}, ({port}: AddressInfo) => {
  process.stdout.write(`${JSON.stringify({port})}\n`)
})
process.once('SIGTERM', () => server.close())
