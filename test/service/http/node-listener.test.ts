import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'
import {type AddressInfo, connect, type Socket} from 'node:net'
import {expect} from 'chai'
import {createHandlers} from '../../../src/service/http/app.ts'
import {createListener, type Listener} from '../../../src/service/http/node-listener.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {readAnswers} from '../../support/raw-answers.ts'

/** A handler that reports when it has begun, and works until it may finish. */
interface Work {
  begun: PromiseWithResolvers<void>
  mayFinish: PromiseWithResolvers<void>
}

describe('a connection of the HTTP service', () => {
  let listener: Listener
  let done: string[] = []
  let work: Record<string, Work> = {}
  let socket: Socket

  const dialect = plainDialect({
    routes: [
      {
        path: '/work/:name',
        handlers: {
          async POST(c) {
            const name = c.req.param('name') ?? ''
            const {begun, mayFinish} = work[name] ?? newWork()
            begun.resolve()
            await mayFinish.promise
            done.push(name)
            return c.json({name})
          },
        },
      },
    ],
  })

  const newWork = (): Work => ({begun: Promise.withResolvers(), mayFinish: Promise.withResolvers()})
  const post = (name: string, headers = '') => `POST /work/${name} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`

  beforeEach(async () => {
    done = []
    work = {slow: newWork(), other: newWork()}
    const handlers = createHandlers({dialect, hosts: new Set(['localhost']), newRequestId: () => 'id'})
    listener = createListener({...handlers, connectionsMax: 3})
    listener.server.listen(0, '127.0.0.1')
    await once(listener.server, 'listening')
    socket = connect((listener.server.address() as AddressInfo).port, '127.0.0.1')
  })
  afterEach(async () => {
    const stopped = listener.stop()
    listener.cutOff()
    await stopped
  })

  const statuses = async () => (await readAnswers(socket)).map(({status}) => status)

  it('keeps the answer in progress, no matter how often unreadable bytes arrive', async () => {
    socket.write(post('slow'))
    await work['slow']?.begun.promise
    for (let times = 0; times < 3; times++) {
      const refused = once(listener.server, 'clientError')
      socket.write('{"a":1}')
      await refused
    }
    work['slow']?.mayFinish.resolve()
    expect(await statuses()).to.deep.equal([200, 400])
    expect(done).to.deep.equal(['slow'])
  })

  it('sends answers in the order of the requests, even if a later one is ready first', async () => {
    socket.write(`${post('slow')}${post('other')}{`)
    work['other']?.mayFinish.resolve()
    await work['other']?.begun.promise
    work['slow']?.mayFinish.resolve()
    const answers = await readAnswers(socket)
    expect(answers.map(({status}) => status)).to.deep.equal([200, 200, 400])
    expect(answers.slice(0, 2).map(({body}) => JSON.parse(body))).to.deep.equal([{name: 'slow'}, {name: 'other'}])
  })

  it('answers a client that ends its side while a handler works', async () => {
    const accepted = once(listener.server, 'connection')
    socket.end(post('slow'))
    const [serverSocket] = await accepted
    const ended = once(serverSocket, 'end')
    await work['slow']?.begun.promise
    await ended
    work['slow']?.mayFinish.resolve()
    expect(await statuses()).to.deep.equal([200])
  })

  it('sends the answer and then the refusal to a client that sent stray bytes and ended its side', async () => {
    const accepted = once(listener.server, 'connection')
    socket.end(`${post('slow')}{"a":1}`)
    const [serverSocket] = await accepted
    const ended = once(serverSocket, 'end')
    await work['slow']?.begun.promise
    await ended
    work['slow']?.mayFinish.resolve()
    expect(await statuses()).to.deep.equal([200, 400])
  })

  it('does not execute a request whose body took too long, even if the rest arrives before the refusal is written', async () => {
    const requests: IncomingMessage[] = []
    listener.server.on('request', (req) => requests.push(req))
    socket.write(`${post('slow')}${post('late', 'Content-Length: 4\r\n')}ab`)
    await work['slow']?.begun.promise
    const [, late] = requests
    if (!late) return expect.fail('the second request has not arrived')
    // Node does this when its time limit for a request has passed.
    const timeout = Object.assign(new Error('Request timeout'), {code: 'ERR_HTTP_REQUEST_TIMEOUT'})
    listener.server.emit('clientError', timeout, late.socket)
    const restArrived = once(late, 'end')
    socket.write(`cd${post('next')}`)
    await restArrived
    work['slow']?.mayFinish.resolve()
    expect(await statuses()).to.deep.equal([200, 408])
    expect(done).to.deep.equal(['slow'])
  })

  it('completes the requests in progress on it before it is closed when the service stops', async () => {
    socket.write(post('slow') + post('other'))
    await work['other']?.begun.promise
    const stopped = listener.stop()
    const answers = statuses()
    const first = once(socket, 'data')
    work['slow']?.mayFinish.resolve()
    await first
    work['other']?.mayFinish.resolve()
    expect(await answers).to.deep.equal([200, 200])
    await stopped
  })

  it('gets 503 with Retry-After, and nothing on it is executed, if there are too many', async () => {
    const {port} = listener.server.address() as AddressInfo
    await once(socket, 'connect')
    const sockets: Socket[] = []
    listener.server.on('connection', (each) => sockets.push(each))
    const others: Socket[] = []
    for (let count = 0; count < 2; count++) {
      const accepted = once(listener.server, 'connection')
      others.push(connect(port, '127.0.0.1'))
      await accepted
    }
    const late = connect(port, '127.0.0.1')
    late.write(post('other'))
    const [answer] = await readAnswers(late)
    expect(answer).to.deep.include({status: 503})
    expect(answer?.headers).to.include({'retry-after': '1', connection: 'close'})
    expect(JSON.parse(answer?.body ?? '')).to.include({message: 'The service is busy; try again', statusCode: 503})
    expect(done).to.deep.equal([])
    // A connection that ends makes room for the next one.
    const [closing] = others
    const closed = sockets[0] && once(sockets[0], 'close')
    closing?.destroy()
    await closed
    work['other']?.mayFinish.resolve()
    const next = connect(port, '127.0.0.1')
    next.end(post('other'))
    expect((await readAnswers(next)).map(({status}) => status)).to.deep.equal([200])
    others[1]?.destroy()
  })

  it('is cut off with the others, even if it was refused', async () => {
    socket.write(`${post('slow')}{`)
    await work['slow']?.begun.promise
    const stopped = listener.stop()
    listener.cutOff()
    expect(await statuses()).to.deep.equal([])
    await stopped
  })
})
