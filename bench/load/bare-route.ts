// The smallest server on Hono: a route that answers `{}`, and one that reads JSON before that.
// Prints its port.
import type {AddressInfo} from 'node:net'
import {serve} from '@hono/node-server'
import {Hono} from 'hono'

const app = new Hono()
app.get('/', (c) => c.json({}))
app.post('/', async (c) => {
  await c.req.json()
  return c.json({})
})
const server = serve({fetch: app.fetch, port: 0, hostname: '127.0.0.1'}, ({port}: AddressInfo) => {
  process.stdout.write(`${JSON.stringify({port})}\n`)
})
process.once('SIGTERM', () => server.close())
