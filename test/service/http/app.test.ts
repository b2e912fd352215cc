import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {type AppOptions, createHandlers, type RequestLogEntry} from '../../../src/service/http/app.ts'
import {type Dialect, jsonAnswer} from '../../../src/service/http/dialect.ts'
import {describeFailure, HttpRefusal, UnroutedRefusal} from '../../../src/service/http/failure.ts'
import {answerRequest} from '../../support/answer-request.ts'
import {plainDialect} from '../../support/plain-dialect.ts'

const CHARSET = {method: 'PUT', body: 'abc', headers: {'Content-Type': 'text/plain; charset=latin1'}}

describe('the HTTP service', () => {
  const log: RequestLogEntry[] = []
  let handled = 0
  let count = 0
  const shared: Omit<AppOptions, 'dialect'> = {
    hosts: new Set(['localhost', '127.0.0.1', '[::1]']),
    newRequestId: () => `id-${++count}`,
    log: (describe) => log.push(describe()),
  }
  const dialect = plainDialect({
    routes: [
      {
        path: '/things/:id',
        handlers: {
          GET: (c) => {
            handled++
            return c.json({requestId: c.env.requestId})
          },
          DELETE: (c) => c.body(null, 204),
          PUT: (c) => c.json({put: c.var.body.length}),
          // Creates the answer without the context of Hono.
          POST: () => Response.json({made: true}, {status: 201}),
        },
      },
      {
        path: '/fails/:code',
        handlers: {
          GET(c) {
            const code = c.req.param('code')
            throw code === 'fault' ? new Error('secret') : new AppError(code as 'INVALID', 'secret of an operator')
          },
        },
      },
    ],
  })
  const handlers = createHandlers({...shared, dialect})

  function request(target: string, init: RequestInit = {}, asked = handlers): Promise<Response> {
    const url = target.startsWith('/') ? `http://localhost${target}` : target
    return answerRequest(asked, new Request(url, init), target)
  }

  beforeEach(() => {
    log.length = 0
    handled = 0
  })

  it('adds an id, no-store and nosniff to every answer, and allows no other origin', async () => {
    for (const [path, method, status] of [
      ['/things/1', 'GET', 200],
      ['/things/1', 'HEAD', 200],
      ['/things/1', 'DELETE', 204],
      ['/things/1', 'PUT', 200],
      ['/things/1', 'POST', 201],
      ['/things/1', 'PATCH', 405],
      ['/nothing', 'GET', 404],
      ['/fails/fault', 'GET', 500],
    ] as const) {
      const response = await request(path, {method})
      expect(response.status, `${method} ${path}`).to.equal(status)
      expect(Object.fromEntries(response.headers), `${method} ${path}`).to.include({
        'x-request-id': `id-${count}`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      expect(response.headers.get('access-control-allow-origin')).to.equal(null)
      if (status >= 400) expect(await response.json()).to.include({requestId: `id-${count}`})
    }
  })

  it('answers HEAD without a body, even if it is a refusal', async () => {
    for (const path of ['/things/1', '/nothing']) {
      expect(await (await request(path, {method: 'HEAD'})).text()).to.equal('')
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
      expect((await request(`http://${host}/things/1`, {headers: {Host: host}})).status).to.equal(200)
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
    it(`refuses ${url} with the Host header ${headers['Host'] ?? 'of the address'}, and runs no route`, async () => {
      const response = await request(url, {headers})
      expect(response.status).to.equal(421)
      expect(await response.json()).to.deep.equal({
        message: 'This service answers to localhost, 127.0.0.1, [::1] only, not to another name for it',
        path: '/things/1',
        requestId: `id-${count}`,
        statusCode: 421,
      })
      expect(handled).to.equal(0)
    })
  }

  describe('lets the dialect decide', () => {
    /** A dialect with unusual answers. */
    const oddDialect: Dialect = {
      ...dialect,
      bodyBytesMax: 3,
      answerError({err, path}) {
        const kind = err instanceof UnroutedRefusal ? 'unrouted' : err instanceof HttpRefusal ? err.status : 'failed'
        const status = kind === 'unrouted' ? 410 : kind === 'failed' ? 299 : 422
        return {status, headers: {'Content-Type': 'text/x-odd', 'X-Odd': 'yes'}, body: `${kind} ${path}`}
      },
    }
    const odd = createHandlers({...shared, dialect: oddDialect})

    for (const [what, target, init, status, body] of [
      ['a path without a route', '/nothing', {}, 410, 'unrouted /nothing'],
      ['a method that a path does not have', '/things/1', {method: 'PATCH'}, 422, '405 /things/1'],
      ['a body that is too long', '/things/1', {method: 'PUT', body: 'four'}, 422, '413 /things/1'],
      ['a body of another charset', '/things/1', CHARSET, 422, '415 /things/1'],
      ['another host', 'http://evil.example/things/1', {}, 422, '421 /things/1'],
      ['an error of ours', '/fails/CONFLICT', {}, 299, 'failed /fails/CONFLICT'],
      ['a fault', '/fails/fault', {}, 299, 'failed /fails/fault'],
    ] as const) {
      it(`status, media type, headers and body for ${what}`, async () => {
        const response = await request(target, init, odd)
        const {headers} = response
        expect([response.status, await response.text()]).to.deep.equal([status, body])
        expect([headers.get('content-type'), headers.get('x-odd')]).to.deep.equal(['text/x-odd', 'yes'])
        expect(headers.get('x-request-id')).to.equal(`id-${count}`)
      })
    }

    for (const unread of [400, 408, 413, 431]) {
      it(`the answer to bytes that are not a valid request: ${unread}`, async () => {
        const response = odd.refuse(new HttpRefusal(unread, 'Invalid request'))
        expect([response.status, await response.text()]).to.deep.equal([422, `${unread} null`])
        expect(Object.fromEntries(response.headers)).to.include({
          'content-type': 'text/x-odd',
          'cache-control': 'no-store',
        })
      })
    }

    it('which body is too long', async () => {
      expect(odd.bodyBytesMax).to.equal(3)
      const put = await request('/things/1', {method: 'PUT', body: 'abc'}, odd)
      expect([put.status, await put.json()]).to.deep.equal([200, {put: 3}])
    })

    it('which targets are the same path', async () => {
      for (const [toRoutePath, target, status] of [
        [(path: string) => path, '/things//1', 404],
        [(path: string) => path.replaceAll(/\/+/g, '/'), '/things//1', 200],
        [(path: string) => path.replace(/\/$/, ''), '/things/1/', 200],
        [(path: string) => path, '/things/1/', 404],
        [(path: string) => path, '/things/../things/1', 404],
      ] as const) {
        const one = createHandlers({...shared, dialect: plainDialect({...dialect, toRoutePath})})
        expect((await request(target, {}, one)).status, `${target} ${toRoutePath}`).to.equal(status)
      }
    })

    it('which target is refused', async () => {
      const toRoutePath = () => {
        throw new HttpRefusal(400, 'Not this one')
      }
      const strict = createHandlers({...shared, dialect: plainDialect({...dialect, toRoutePath})})
      const response = await request('/things/1', {}, strict)
      expect([response.status, await response.json()]).to.deep.equal([
        400,
        {message: 'Not this one', path: null, requestId: `id-${count}`, statusCode: 400},
      ])
    })
  })

  it('sends fixed words for an internal error to the client, and the error itself to the log, for any status of the dialect', async () => {
    for (const [code, status] of [
      ['CONFIG', 200],
      ['INTERNAL', 404],
      ['TIMEOUT', 400],
      ['UPSTREAM', 502],
    ] as const) {
      const answerError: Dialect['answerError'] = ({err}) => {
        const failure = describeFailure(err, {STORE_LOST: 503, STORE_BUSY: 503, TIMEOUT: 503, [code]: status})
        return jsonAnswer(failure, failure.message)
      }
      const one = createHandlers({...shared, dialect: {...dialect, answerError}})
      const response = await request(`/fails/${code}`, {}, one)
      expect(response.status).to.equal(status)
      expect(await response.text()).to.not.contain('secret')
      expect(log.at(-1)?.error, code).to.be.instanceOf(AppError)
    }
    await request('/fails/CONFLICT')
    expect(log.at(-1)).to.have.property('error')
    await request('/fails/INVALID')
    expect(log.at(-1)).to.include({status: 400}).and.to.not.have.property('error')
  })

  it('logs at most 500 characters of a path', async () => {
    await request(`/${'x'.repeat(15_000)}`)
    expect(log[0]?.path).to.equal(`/${'x'.repeat(499)}…`)
  })

  it('logs a path without blanks, because a blank would look like its end', async () => {
    const last = async (path: string) => {
      await request(path)
      return log.at(-1)?.path
    }
    expect(await last('/a%20200%201.0%20ms')).to.equal('/a%20200%201.0%20ms')
    expect(await last('/a%0aGET%09/b%c2%a0%e2%80%a8%e3%80%80')).to.equal('/a%0AGET%09/b%C2%A0%E2%80%A8%E3%80%80')
  })

  it('logs the path that was sent, without a user name and a password', async () => {
    for (const [target, path] of [
      ['/things/a/../b', '/things/a/../b'],
      ['http://localhost', '/'],
      ['http://localhost/things/1?q=secret', '/things/1'],
      ['http://user:secret@localhost/things/1', '/things/1'],
      ['ftp://user:secret@localhost/things/1', '/things/1'],
      ['ftp://user\\:secret@localhost/things/1', '/things/1'],
      ['*', '*'],
    ] as const) {
      await answerRequest(handlers, new Request('http://localhost/'), target)
      expect(log.at(-1)?.path).to.equal(path)
    }
  })

  it('logs method, path, status, time and id, but neither a query nor a token in the path', async () => {
    const token = ['e'.repeat(20), 'p'.repeat(40), 's'.repeat(20)].join('.')
    await request(`/things/${token}?secret=${token}`, {headers: {Authorization: `Bearer ${token}`}})
    const [{ms, ...entry} = {ms: -1}] = log
    expect(entry).to.deep.equal({method: 'GET', path: '/things/[token]', status: 200, requestId: `id-${count}`})
    expect(ms).to.be.at.least(0)
  })
})
