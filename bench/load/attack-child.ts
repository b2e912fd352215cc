// Sends requests to a server with autocannon. Receives the options from its parent and returns the
// result, so that no secret is an argument.
import {once} from 'node:events'
import autocannon from 'autocannon'
import type {AttackOptions} from './attack.ts'

const [{split = false, requests, ...options}] = (await once(process, 'message')) as [AttackOptions]
let clients = 0
const result = await autocannon({
  ...options,
  requests: requests.slice(0, 1),
  // Set here, because autocannon copies the requests in its options for each connection.
  setupClient(client) {
    const part = clients++ % options.connections
    const own = requests.filter((_, index) => index % options.connections === part)
    client.setRequests(split && own.length > 0 ? own : requests)
  },
})
process.send?.(result)
process.disconnect()
