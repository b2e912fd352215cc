import {expect} from 'chai'
import {createApp} from '../../../src/service/http/app.ts'
import {plainDialect} from '../../support/plain-dialect.ts'

const BOTH = {'Transfer-Encoding': 'chunked', 'Content-Length': '1'}

describe('the body of a request', () => {
  let lengths: number[] = []
  const app = createApp({
    dialect: plainDialect({
      bodyBytesMax: 10,
      routes: [
        {
          path: '/',
          handlers: {
            PUT(c) {
              lengths.push(c.var.body.length)
              return c.body(null, 204)
            },
          },
        },
      ],
    }),
    hosts: new Set(['localhost']),
    newRequestId: () => 'id',
  })
  beforeEach(() => {
    lengths = []
  })

  /** Return a body that comes in pieces. It breaks off at a piece that is null. */
  function stream(pieces: (string | null)[]): ReadableStream {
    const rest = [...pieces]
    return new ReadableStream({
      pull(controller) {
        const piece = rest.shift()
        if (piece === undefined) controller.close()
        else if (piece === null) controller.error(new Error('gone'))
        else controller.enqueue(Buffer.from(piece))
      },
    })
  }

  async function put(body: string | ReadableStream | null, headers: Record<string, string> = {}): Promise<number> {
    const init = {method: 'PUT', body, headers, duplex: 'half'} as RequestInit
    return (await app(new Request('http://localhost/', init), '/')).status
  }

  for (const [what, body, headers, length] of [
    ['none', () => null, {}, 0],
    ['as long as it may be', () => '1234567890', {}, 10],
    ['that says so', () => '1234567890', {'Content-Length': '10'}, 10],
    ['in pieces', () => stream(['12345', '', '67890']), {}, 10],
    ['in chunks', () => stream(['123', '45']), {'Transfer-Encoding': 'chunked'}, 5],
  ] as [string, () => string | ReadableStream | null, Record<string, string>, number][]) {
    it(`${what} reaches the route complete`, async () => {
      expect([await put(body(), headers), lengths]).to.deep.equal([204, [length]])
    })
  }

  for (const [what, body, headers, status] of [
    ['a byte too long', () => '12345678901', {}, 413],
    ['that says it is too long', () => '1', {'Content-Length': '11'}, 413],
    ['too long in pieces', () => stream(['1234567890', '1']), {}, 413],
    ['too long in chunks, with any Content-Length', () => stream(['1234567890', '1']), BOTH, 413],
    ['that breaks off', () => stream(['12', null]), {}, 400],
    ['that breaks off before its length', () => stream(['12', null]), {'Content-Length': '4'}, 400],
  ] as [string, () => string | ReadableStream, Record<string, string>, number][]) {
    it(`${what} is ${status}, and no route runs`, async () => {
      expect([await put(body(), headers), lengths]).to.deep.equal([status, []])
    })
  }
})
