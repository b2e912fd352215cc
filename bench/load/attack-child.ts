// Sends requests to a server with autocannon. Receives the options from its parent and returns the
// result, so that no secret is an argument.
import {once} from 'node:events'
import autocannon, {type Options} from 'autocannon'

const [options] = (await once(process, 'message')) as [Options]
process.send?.(await autocannon(options))
process.disconnect()
