import {once} from 'node:events'
import {connect} from 'node:net'
import {expect} from 'chai'
import {createHandlers} from '../../../src/service/http/app.ts'
import {type HttpServer, listenOnLoopback} from '../../../src/service/http/node.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {readToEnd} from '../../support/raw-answers.ts'

const HEAD = 'PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'

describe('the body of a request', () => {
  let server: HttpServer
  let bodies: string[] = []
  const dialect = plainDialect({
    bodyBytesMax: 10,
    routes: [
      {
        path: '/',
        handlers: {
          PUT(c) {
            bodies.push(Buffer.from(c.var.body).toString('latin1'))
            return c.body(null, 204)
          },
        },
      },
    ],
  })
  before(async () => {
    const handlers = createHandlers({dialect, hosts: new Set(['localhost']), newRequestId: () => 'id'})
    server = await listenOnLoopback({...handlers, port: 0})
  })
  after(() => server.stop(0))
  beforeEach(() => {
    bodies = []
  })

  /** Send the pieces, each in a packet of its own, and return the status, or 0 for no answer. */
  async function send(pieces: string[], {end = false} = {}): Promise<number> {
    const socket = connect({port: server.port, host: '127.0.0.1', noDelay: true})
    await once(socket, 'connect')
    for (const piece of pieces) {
      await new Promise((resolve) => socket.write(piece, 'latin1', resolve))
      await new Promise(setImmediate)
    }
    if (end) socket.end()
    return Number(/^HTTP\/1.1 (\d+)/.exec(await readToEnd(socket))?.[1] ?? 0)
  }

  for (const [what, pieces, body] of [
    ['none', [`${HEAD}\r\n`], ''],
    ['of length 0', [`${HEAD}Content-Length: 0\r\n\r\n`], ''],
    ['as long as it may be', [`${HEAD}Content-Length: 10\r\n\r\n1234567890`], '1234567890'],
    ['in pieces', [`${HEAD}Content-Length: 10\r\n\r\n`, '123', '4567890'], '1234567890'],
    ['in chunks', [`${HEAD}${CHUNKED}\r\n`, '3\r\n123\r\n2\r\n45\r\n', '0\r\n\r\n'], '12345'],
    ['of no chunks', [`${HEAD}${CHUNKED}\r\n0\r\n\r\n`], ''],
    ['of any bytes', [`${HEAD}Content-Length: 3\r\n\r\n\xff\x00\xfe`], '\xff\x00\xfe'],
  ] as [string, string[], string][]) {
    it(`${what} reaches the route complete`, async () => {
      expect([await send(pieces), bodies]).to.deep.equal([204, [body]])
    })
  }

  for (const [what, pieces] of [
    ['a byte too long', [`${HEAD}Content-Length: 11\r\n\r\n12345678901`]],
    ['that says it is too long', [`${HEAD}Content-Length: 11\r\n\r\n1`]],
    ['too long in chunks', [`${HEAD}${CHUNKED}\r\n`, 'a\r\n1234567890\r\n', '1\r\n1\r\n0\r\n\r\n']],
    ['that becomes too long and never ends', [`${HEAD}${CHUNKED}\r\n`, 'a\r\n1234567890\r\n1\r\n1\r\n']],
  ] as [string, string[]][]) {
    it(`${what} is 413, and no route runs`, async () => {
      expect([await send(pieces), bodies]).to.deep.equal([413, []])
    })
  }

  for (const [what, pieces] of [
    ['in chunks', [`${HEAD}${CHUNKED}\r\n`, '2\r\n12\r\n']],
    ['before its length', [`${HEAD}Content-Length: 4\r\n\r\n12`]],
  ] as [string, string[]][]) {
    it(`that breaks off ${what} runs no route`, async () => {
      expect([await send(pieces, {end: true}), bodies]).to.deep.equal([400, []])
    })
  }
})
