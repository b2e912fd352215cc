import {expect} from 'chai'
import {type AppOptions, createApp, type RequestLogEntry, refuse} from '../../../src/service/http/app.ts'
import {HttpRefusal} from '../../../src/service/http/failure.ts'

describe('the HTTP service', () => {
  const log: RequestLogEntry[] = []
  let handled = 0
  let count = 0
  const app = createApp({
    dialects: [
      {
        routes: [
          {
            path: '/things/:id',
            handlers: {
              GET: (c) => {
                handled++
                return c.json({requestId: c.var.requestId})
              },
              DELETE: (c) => c.body(null, 204),
            },
          },
        ],
      },
    ],
    hosts: new Set(['localhost', '127.0.0.1', '[::1]']),
    newRequestId: () => `id-${++count}`,
    log: (entry) => log.push(entry),
  })
  beforeEach(() => {
    log.length = 0
    handled = 0
  })

  it('gives every request an id, and puts it into the answer', async () => {
    for (const [path, method] of [
      ['/things/1', 'GET'],
      ['/things/1', 'DELETE'],
      ['/things/1', 'PUT'],
      ['/nothing', 'GET'],
    ] as const) {
      const response = await app.request(path, {method})
      expect(response.headers.get('x-request-id')).to.equal(`id-${count}`)
      expect(response.headers.get('access-control-allow-origin')).to.equal(null)
      if (response.status !== 204) expect(await response.json()).to.include({requestId: `id-${count}`})
    }
  })

  for (const host of [
    'localhost',
    'localhost:8888',
    'LOCALHOST:1',
    '127.0.0.1:8888',
    '127.0.0.1',
    '[::1]:8888',
    '[::1]',
  ]) {
    it(`answers to the host ${host}`, async () => {
      expect((await app.request(`http://${host}/things/1`, {headers: {Host: host}})).status).to.equal(200)
    })
  }

  for (const [url, headers] of [
    ['http://evil.example/things/1', {Host: 'evil.example'}],
    ['http://localhost/things/1', {Host: 'evil.example:8888'}],
    ['http://evil.example/things/1', {Host: 'localhost'}],
    ['http://localhost.evil.example/things/1', {}],
    ['http://127.0.0.2/things/1', {}],
    ['http://0.0.0.0/things/1', {}],
    ['http://localhost/things/1', {Host: 'localhost.'}],
    ['http://localhost/things/1', {Host: ''}],
  ] as [string, Record<string, string>][]) {
    it(`refuses ${url} with the Host header ${headers['Host'] ?? 'of the address'}, and does nothing`, async () => {
      const response = await app.request(url, {headers})
      expect(response.status).to.equal(421)
      expect(await response.json()).to.deep.equal({
        error: 'Misdirected Request',
        message: 'This service answers to localhost, 127.0.0.1, [::1] only, not to another name for it',
        requestId: `id-${count}`,
        statusCode: 421,
      })
      expect(handled).to.equal(0)
    })
  }

  it('words an error as the dialect of its path does, and neutrally where there is none', async () => {
    const parts: AppOptions = {
      dialects: [
        {routes: []},
        {
          routes: [{path: '/a', handlers: {}}],
          errorBody: ({path, failure, requestId}) =>
            path === '/a' ? {oops: failure.message, status: failure.status, requestId} : null,
        },
      ],
      hosts: new Set(['localhost']),
      newRequestId: () => 'id',
    }
    const two = createApp(parts)
    expect(await (await two.request('/a')).json()).to.deep.equal({
      oops: 'GET is not possible at this path',
      status: 405,
      requestId: 'id',
    })
    expect(await (await two.request('/b')).json()).to.deep.equal({
      error: 'Not Found',
      message: 'There is nothing at this path',
      requestId: 'id',
      statusCode: 404,
    })
    const unreadable = refuse(new HttpRefusal(400, 'Invalid request: it cannot be read'), parts)
    expect(unreadable.status).to.equal(400)
    expect(await unreadable.json()).to.deep.equal({
      error: 'Bad Request',
      message: 'Invalid request: it cannot be read',
      requestId: 'id',
      statusCode: 400,
    })
  })

  it('logs no more than 500 characters of a path', async () => {
    const entries: RequestLogEntry[] = []
    const quiet = createApp({
      dialects: [],
      hosts: new Set(['localhost']),
      newRequestId: () => 'id',
      log: (entry) => entries.push(entry),
    })
    await quiet.request(`/${'x'.repeat(15_000)}`)
    expect(entries[0]?.path).to.equal(`/${'x'.repeat(499)}…`)
  })

  it('logs a path without a blank, which would pass for the end of it', async () => {
    const last = async (path: string) => {
      await app.request(path)
      return log.at(-1)?.path
    }
    expect(await last('/a%20200%201.0%20ms')).to.equal('/a%20200%201.0%20ms')
    expect(await last('/a%0aGET%09/b%c2%a0%e2%80%a8%e3%80%80')).to.equal('/a%0AGET%09/b%C2%A0%E2%80%A8%E3%80%80')
  })

  it('logs method, path, status, time and id, and neither a query nor a token in the path', async () => {
    const token = ['e'.repeat(20), 'p'.repeat(40), 's'.repeat(20)].join('.')
    await app.request(`/things/${token}?secret=${token}`, {headers: {Authorization: `Bearer ${token}`}})
    const [{ms, ...entry} = {ms: -1}] = log
    expect(entry).to.deep.equal({method: 'GET', path: '/things/[token]', status: 200, requestId: `id-${count}`})
    expect(ms).to.be.at.least(0)
  })
})
