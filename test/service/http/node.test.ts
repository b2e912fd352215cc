import {once} from 'node:events'
import {Agent, get} from 'node:http'
import {connect, createServer} from 'node:net'
import {expect} from 'chai'
import {createHandlers} from '../../../src/service/http/app.ts'
import {bodyText} from '../../../src/service/http/body.ts'
import {readHeader} from '../../../src/service/http/headers.ts'
import {ListenError} from '../../../src/service/http/listen-error.ts'
import {type HttpServer, listenOnLoopback} from '../../../src/service/http/node.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {readToEnd} from '../../support/raw-answers.ts'

const NEVER_MS = 60_000

describe('the sockets of the HTTP service', () => {
  let server: HttpServer
  let arrived = Promise.withResolvers<void>()
  let answer = Promise.withResolvers<void>()

  const dialect = plainDialect({
    routes: [
      {path: '/', handlers: {GET: (c) => c.json({ok: true})}},
      {path: '/length', handlers: {POST: (c) => c.json({length: bodyText(c).length})}},
      {path: '/credential', handlers: {GET: (c) => c.json({credential: readHeader(c.env.headers, 'authorization')})}},
      {path: '/nothing', handlers: {POST: (c) => c.json({ok: true})}},
      {
        path: '/slow',
        handlers: {
          async GET(c) {
            arrived.resolve()
            await answer.promise
            return c.json({slow: true})
          },
        },
      },
    ],
  })
  const listen = (port = 0, addresses?: string[]) =>
    listenOnLoopback({
      ...createHandlers({dialect, hosts: new Set(['localhost', '127.0.0.1', '[::1]']), newRequestId: () => 'id'}),
      port,
      ...(addresses ? {addresses} : {}),
    })

  /** Expect this reason for not listening. The caller words the message and the hint. */
  async function expectProblem(listening: Promise<HttpServer>, facts: Partial<ListenError>): Promise<void> {
    const err = await listening.then(
      () => expect.fail('it listens'),
      (reason: unknown) => reason,
    )
    expect(err).to.be.instanceOf(ListenError).and.to.include(facts)
  }

  beforeEach(async () => {
    arrived = Promise.withResolvers()
    answer = Promise.withResolvers()
    server = await listen()
  })
  afterEach(() => server.stop(0))

  /** Return what the server writes until it closes the connection. */
  async function talk(...texts: (string | Buffer)[]): Promise<string> {
    const socket = connect(server.port, '127.0.0.1')
    for (const text of texts) socket.write(text)
    return readToEnd(socket)
  }

  it('listens on both loopback addresses on one free port', async () => {
    expect(server.port).to.be.greaterThan(0)
    expect(server.addresses[0]).to.equal('127.0.0.1')
    for (const address of server.addresses) {
      const host = address.includes(':') ? `[${address}]` : address
      const response = await fetch(`http://${host}:${server.port}/`)
      expect([response.status, await response.json()]).to.deep.equal([200, {ok: true}])
      expect(response.headers.get('server')).to.equal(null)
      expect(response.headers.get('x-powered-by')).to.equal(null)
    }
  })

  it('does not listen on any other address', async function () {
    // On other systems, 127.0.0.2 is not an address of the machine.
    if (process.platform !== 'linux') this.skip()
    expect(server.addresses).to.satisfy((all: string[]) => all.every((each) => ['127.0.0.1', '::1'].includes(each)))
    const socket = connect(server.port, '127.0.0.2')
    const [err] = await once(socket, 'error')
    expect(err).to.include({code: 'ECONNREFUSED'})
  })

  it('answers several requests on one connection', async () => {
    const agent = new Agent({keepAlive: true, maxSockets: 1})
    const ports = new Set<number | undefined>()
    for (const path of ['/', '/none', '/']) {
      const request = get({port: server.port, path, agent, host: '127.0.0.1'})
      const [response] = await once(request, 'response')
      ports.add(request.socket?.localPort)
      response.resume()
      await once(response, 'end')
    }
    agent.destroy()
    expect(ports.size).to.equal(1)
  })

  it('reports that the port is in use, for IPv4 only or for IPv6 only, and on which address', async () => {
    await expectProblem(listen(server.port), {problem: 'port in use', host: '127.0.0.1', port: server.port})
    if (!server.addresses.includes('::1')) return
    const other = createServer().listen(0, '::1')
    await once(other, 'listening')
    const {port} = other.address() as {port: number}
    await expectProblem(listen(port), {problem: 'port in use', host: '::1', port})
    // The address that was listening already is closed again.
    const four = createServer().listen(port, '127.0.0.1')
    await once(four, 'listening')
    four.close()
    other.close()
  })

  // Addresses for documentation, which no machine has (RFC 5737, RFC 3849). The system reports for
  // them the same error as for a missing ::1.
  for (const [absent, addresses] of [
    ['the second address', ['127.0.0.1', '2001:db8::1']],
    ['the first address', ['2001:db8::1', '127.0.0.1']],
    ['the first address, of IPv4', ['192.0.2.1', '127.0.0.1']],
  ] as const) {
    it(`listens on the other address if the machine does not have ${absent}, on any port or on the given one`, async () => {
      const half = await listen(0, [...addresses])
      expect(half.addresses).to.deep.equal(['127.0.0.1'])
      expect((await fetch(`http://127.0.0.1:${half.port}/`)).status).to.equal(200)
      await half.stop(0)
      const again = await listen(half.port, [...addresses])
      expect([again.port, again.addresses]).to.deep.equal([half.port, ['127.0.0.1']])
      await again.stop(0)
    })
  }

  it('reports that the machine has none of the addresses', async () => {
    await expectProblem(listen(0, ['192.0.2.1', '2001:db8::1']), {problem: 'address absent'})
  })

  it('reports that the port is in use on the only available address', async () => {
    const {port} = server
    await expectProblem(listen(port, ['2001:db8::1', '127.0.0.1']), {problem: 'port in use', host: '127.0.0.1', port})
  })

  it('answers an invalid request with the error body, and closes the connection', async () => {
    for (const [status, text] of [
      [400, 'GARBAGE\r\n\r\n'],
      [400, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
      [400, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
      [431, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
      [400, 'POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ] as const) {
      const [head = '', body = ''] = (await talk(text)).split('\r\n\r\n')
      expect(head, text).to.match(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head.toLowerCase()).to.contain('content-type: application/json').and.to.contain('connection: close')
      expect(JSON.parse(body)).to.deep.include({statusCode: status, requestId: 'id', path: null})
    }
  })

  it('accepts a body without a length, and refuses one that is too long with 413', async () => {
    const chunked =
      'POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(await talk(`${chunked}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`)).to.contain('{"length":5}')
    const large = Buffer.alloc(300_000, 'a')
    const tooLong = await talk(chunked, `${large.length.toString(16)}\r\n`, large, '\r\n0\r\n\r\n')
    expect(tooLong).to.match(/^HTTP\/1.1 413 /)
    const said = await talk(
      `POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${large.length}\r\n\r\n`,
      large,
    )
    expect(said).to.match(/^HTTP\/1.1 413 /)
    expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).to.include({statusCode: 413})
  })

  it('accepts a POST without body, type and length', async () => {
    const text = await talk('POST /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(text).to.match(/^HTTP\/1.1 200 /)
  })

  it('checks the host in the target, if there is one, and the Host header as well', async () => {
    for (const [target, host] of [
      ['http://evil.example/', 'localhost'],
      ['/', 'evil.example'],
      ['http://localhost/', 'evil.example'],
    ]) {
      const text = await talk(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(text, `${target} ${host}`).to.match(/^HTTP\/1.1 421 /)
    }
  })

  it('joins two credentials, so that none of them is accepted, and refuses two hosts', async () => {
    const ask = (headers: string) => talk(`GET /credential HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
    const twice = await ask('Host: localhost\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n')
    expect(JSON.parse(twice.split('\r\n\r\n')[1] ?? '')).to.deep.equal({credential: 'Bearer a, Bearer b'})
    for (const hosts of ['Host: localhost\r\nHost: evil.example\r\n', 'Host: evil.example\r\nHost: localhost\r\n']) {
      expect(await ask(hosts)).to.match(/^HTTP\/1.1 4(00|21) /)
    }
  })

  it('completes the requests in progress when it is stopped, and accepts no new ones', async () => {
    const idle = connect(server.port, '127.0.0.1')
    await once(idle, 'connect')
    const response = fetch(`http://127.0.0.1:${server.port}/slow`)
    await arrived.promise
    const stopped = server.stop(NEVER_MS)
    // An idle connection does not delay the stop.
    await readToEnd(idle)
    const late = connect(server.port, '127.0.0.1')
    const [err] = await once(late, 'error')
    expect(err).to.include({code: 'ECONNREFUSED'})
    answer.resolve()
    expect(await (await response).json()).to.deep.equal({slow: true})
    await stopped
  })

  it('cuts off requests that take longer than the given time', async () => {
    const response = fetch(`http://127.0.0.1:${server.port}/slow`).then(
      () => 'answered',
      () => 'cut off',
    )
    await arrived.promise
    await server.stop(1)
    expect(await response).to.equal('cut off')
    answer.resolve()
  })
})
