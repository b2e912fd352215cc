import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import {describeError} from '../../src/errors/describe.ts'
import type {ErrorCode} from '../../src/errors/exit-codes.ts'
import {type HttpCall, type HttpMachine, type HttpVendor, openHttpClient} from '../../src/vendors/http.ts'
import type {VendorError} from '../../src/vendors/http-errors.ts'
import {expectFailure} from '../support/rejection.ts'
import {
  answer,
  answerText,
  DROP,
  HANG,
  openScriptedServer,
  type ScriptedServer,
  type Step,
  TRICKLE,
  truncate,
} from '../support/scripted-server.ts'

const SECRET = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'

const VENDOR: HttpVendor = {
  name: 'acme',
  title: 'Acme',
  headers: {'User-Agent': 'test'},
  refusesBusyMint: true,
  perSecondMax: {},
  readError: (body) => (hasMessage(body) ? body : null),
}

function hasMessage(body: unknown): body is VendorError {
  return typeof body === 'object' && body !== null && 'message' in body
}

const GET = {method: 'GET', path: ['things'], read: readThing} as const
const DELETE = {method: 'DELETE', path: ['things', '1'], read: () => 'gone'} as const
const WRITE = {method: 'POST', path: ['things', '1'], body: {name: 'x'}, read: readThing} as const
const MINT = {method: 'POST', path: ['things'], body: {name: 'x'}, mints: true, read: readThing} as const

function readThing(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'thing' in body) return String(body.thing)
  throw new Error('no thing')
}

const FOUND = answer(200, {thing: 'it'})

describe('the request function', () => {
  const servers: ScriptedServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

  interface Run {
    /** What came out. */
    result?: string
    error?: AppError
    server: ScriptedServer
    /** Waits before retries, in milliseconds. */
    waits: number[]
    lines: string[]
  }

  async function run(
    steps: Step[],
    call: HttpCall<string>,
    {vendor = VENDOR, ...machine}: Partial<HttpMachine> & {vendor?: HttpVendor} = {},
  ): Promise<Run> {
    const server = await openScriptedServer(steps)
    servers.push(server)
    return {server, ...(await send(server.url, call, {vendor, ...machine}))}
  }

  async function send(
    baseUrl: URL,
    call: HttpCall<string>,
    {
      vendor = VENDOR,
      credential = SECRET,
      ...machine
    }: Partial<HttpMachine> & {vendor?: HttpVendor; credential?: string} = {},
  ): Promise<Omit<Run, 'server'>> {
    const waits: number[] = []
    const lines: string[] = []
    const client = await openHttpClient(
      vendor,
      {baseUrl, credential, credentialSource: 'ACME_TOKEN', urlSource: 'ACME_URL'},
      {
        env: {},
        now: () => Date.now(),
        pause: async (ms) => void waits.push(ms),
        refuseWhenStopped: () => {},
        random: () => 1,
        timeoutMs: 2000,
        trace: async (line) => void lines.push(line),
        ...machine,
      },
    )
    try {
      return {result: await client.send(call), waits, lines}
    } catch (err) {
      if (!(err instanceof AppError)) throw err
      return {error: err, waits, lines}
    } finally {
      client.close()
    }
  }

  it('sends method, path, sorted query, headers and body as they are given', async () => {
    const call = {...WRITE, path: ['a b', 'c/d', 'ü'], query: {z: [1, 2].map(String), a: 'x y', none: undefined}}
    const {server, result} = await run([FOUND], call)
    expect(result).to.equal('it')
    const [request] = server.requests
    expect(request).to.include({method: 'POST', body: '{"name":"x"}', path: '/v1/a%20b/c%2Fd/%C3%BC?a=x+y&z=1&z=2'})
    expect(request?.headers).to.include({
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      'user-agent': 'test',
    })
  })

  for (const segment of ['', '.', '..', '\ud800']) {
    it(`refuses the path segment ${JSON.stringify(segment)} before anything is sent`, async () => {
      const {server, error} = await run([FOUND], {...GET, path: ['things', segment]})
      expect(error?.code).to.equal('INVALID')
      expect(server.requests).to.deep.equal([])
    })
  }

  describe('what an answer means', () => {
    const cases: [title: string, step: Step, code: ErrorCode, mintCode?: ErrorCode][] = [
      ['a 400', answer(400, {message: 'no'}), 'INVALID'],
      ['a 401', answer(401, {message: 'no'}), 'UNAUTHENTICATED'],
      ['a 403', answer(403, {message: 'no'}), 'FORBIDDEN'],
      ['a 404 of the vendor', answer(404, {message: 'no'}), 'NOT_FOUND'],
      ['a 404 of someone else', answerText(404, '<html>'), 'CONFIG'],
      ['a 404 without a body', answer(404, undefined), 'CONFIG'],
      ['a 408', answer(408, {message: 'no'}), 'TIMEOUT', 'UNCERTAIN'],
      ['a 409', answer(409, {message: 'no'}), 'CONFLICT'],
      ['a 412', answer(412, {message: 'no'}), 'CONFLICT'],
      ['a 418', answer(418, {message: 'no'}), 'INVALID'],
      ['a 429', answer(429, {message: 'no'}), 'RATE_LIMITED'],
      ['a 500', answer(500, {message: 'no'}), 'UPSTREAM', 'UNCERTAIN'],
      ['a 502 with HTML', answerText(502, '<html>'), 'UPSTREAM', 'UNCERTAIN'],
      ['a 503', answer(503, {message: 'no'}), 'UPSTREAM', 'UNCERTAIN'],
      ['a 503 with Retry-After', answer(503, {message: 'no'}, {'Retry-After': '1'}), 'UPSTREAM'],
      ['a 504', answer(504, {message: 'no'}), 'UPSTREAM', 'UNCERTAIN'],
      ['a 301', answer(301, undefined, {Location: 'http://127.0.0.1:1/'}), 'CONFIG', 'UNCERTAIN'],
      ['a 307', answer(307, undefined, {Location: 'http://127.0.0.1:1/'}), 'CONFIG', 'UNCERTAIN'],
      ['a 200 with HTML', answerText(200, '<html>'), 'UPSTREAM', 'UNCERTAIN'],
      ['a 200 without what is needed', answer(200, {}), 'UPSTREAM', 'UNCERTAIN'],
      ['a 204 without a body', answer(204, undefined), 'UPSTREAM', 'UNCERTAIN'],
      ['a 101', answer(101, undefined), 'UPSTREAM', 'UNCERTAIN'],
      [
        'a 503 with a Retry-After that cannot be read',
        answer(503, {message: 'no'}, {'Retry-After': '-1'}),
        'UPSTREAM',
        'UNCERTAIN',
      ],
      ['no answer', DROP, 'UPSTREAM', 'UNCERTAIN'],
      ['half an answer', truncate(200, {thing: 'it'}), 'UPSTREAM', 'UNCERTAIN'],
    ]
    for (const [title, step, code, mintCode = code] of cases) {
      it(`${title} is ${code}, and ${mintCode} where a token is created`, async () => {
        expect((await run([step], GET)).error?.code).to.equal(code)
        expect((await run([step], WRITE)).error?.code).to.equal(code)
        expect((await run([step], MINT)).error?.code).to.equal(mintCode)
      })
    }

    describe('with the codes of a vendor', () => {
      const vendor = {...VENDOR, refusesBusyMint: false, codes: {403: 'UNAUTHENTICATED', 404: 'CONFIG'}} as const
      for (const [status, code, mintCode] of [
        [403, 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
        [404, 'CONFIG', 'CONFIG'],
        [400, 'UPSTREAM', 'UNCERTAIN'],
        [409, 'UPSTREAM', 'UNCERTAIN'],
        [429, 'UPSTREAM', 'UNCERTAIN'],
        [500, 'UPSTREAM', 'UNCERTAIN'],
        [503, 'UPSTREAM', 'UNCERTAIN'],
      ] as const) {
        it(`a ${status} is ${code}, and ${mintCode} where a token is created, even with Retry-After`, async () => {
          const step = answer(status, {message: 'no'}, {'Retry-After': '1'})
          expect((await run([step], WRITE, {vendor})).error?.code).to.equal(code)
          const {error, server} = await run([step, FOUND], MINT, {vendor})
          expect(error?.code).to.equal(mintCode)
          expect(server.requests).to.have.length(1)
        })
      }
    })

    it('accepts every 2xx with the JSON that is needed', async () => {
      for (const status of [200, 201, 202]) {
        expect((await run([answer(status, {thing: 'it'})], MINT)).result).to.equal('it')
      }
    })

    it('is not asked for JSON where none is needed', async () => {
      for (const step of [answer(204, undefined), answer(200, undefined), answer(202, {})]) {
        expect((await run([step], DELETE)).result).to.equal('gone')
      }
    })
  })

  it('does not take the page of someone else for the success of a DELETE', async () => {
    expect((await run([answerText(200, '<html>')], DELETE)).error?.code).to.equal('UPSTREAM')
    expect((await run([answerText(502, '<html>'), answerText(404, '<html>')], DELETE)).error?.code).to.equal('CONFIG')
  })

  for (const url of [
    'http://example.com/v1',
    'http://10.0.0.1/v1',
    'https://a@example.com/v1',
    'https://example.com/v1?x=1',
  ]) {
    it(`sends no credential to ${url}`, async () => {
      const err = await expectFailure(send(new URL(url), GET), 'CONFIG')
      expect(err.message).to.contain('ACME_URL')
    })
  }

  it('reads JSON that begins with a byte order mark', async () => {
    expect((await run([answerText(200, '\uFEFF{"thing": "it"}')], MINT)).result).to.equal('it')
  })

  describe('retries', () => {
    const faults: [title: string, step: Step][] = [
      ['a 429', answer(429, {message: 'no'})],
      ['a 502', answerText(502, '')],
      ['a 503', answer(503, {message: 'no'})],
      ['a 504', answerText(504, '')],
      ['a closed connection', DROP],
      ['half an answer', truncate(200, {thing: 'it'})],
    ]
    for (const [title, step] of faults) {
      it(`repeats a GET and a DELETE after ${title}, four tries at most, with growing waits`, async () => {
        const read = await run([step, step, step, FOUND], GET)
        expect(read.result).to.equal('it')
        expect(read.waits).to.deep.equal([500, 1000, 2000])
        const ended = await run([step], DELETE)
        expect(ended.error).to.be.instanceOf(AppError)
        expect(ended.server.requests).to.have.length(4)
      })

      it(`sends a write once in spite of ${title}`, async () => {
        const {server, error} = await run([step, FOUND], WRITE)
        expect(server.requests).to.have.length(1)
        expect(describeError(error).exitCode).to.equal(8)
      })
    }

    it('repeats a GET after its own timeout, and a mint never', async () => {
      const read = await run([HANG, FOUND], GET, {timeoutMs: 50})
      expect(read.result).to.equal('it')
      const mint = await run([HANG, FOUND], MINT, {timeoutMs: 50})
      expect(mint.error?.code).to.equal('UNCERTAIN')
      expect(mint.server.requests).to.have.length(1)
    })

    it('repeats a POST that only reads, like a GET', async () => {
      for (const [, step] of faults) {
        expect((await run([step, step, step, FOUND], {...WRITE, readsOnly: true})).result).to.equal('it')
      }
    })

    it('passes the status of an answer to its reader', async () => {
      const {result} = await run([answer(202, {})], {...GET, read: (_, status) => `${status}`})
      expect(result).to.equal('202')
    })

    it('does not repeat a GET after a 500, which is no passing fault', async () => {
      expect((await run([answer(500, {message: 'no'}), FOUND], GET)).server.requests).to.have.length(1)
    })

    it('repeats a mint after a 429 alone, and only where the vendor refuses with it', async () => {
      const limited = answer(429, {message: 'slow down'})
      expect((await run([limited, limited, FOUND], MINT)).result).to.equal('it')
      const vendor = {...VENDOR, refusesBusyMint: false}
      expect((await run([limited, FOUND], MINT, {vendor})).server.requests).to.have.length(1)
      const busy = answer(503, {message: 'busy'}, {'Retry-After': '1'})
      expect((await run([busy, FOUND], MINT)).server.requests).to.have.length(1)
    })

    it('waits as long as Retry-After asks, as seconds or as a date', async () => {
      const now = Date.parse('2026-01-01T00:00:00Z')
      const wait = async (text: string) =>
        (await run([answer(429, {message: 'no'}, {'Retry-After': text}), FOUND], GET, {now: () => now})).waits
      expect(await wait('3')).to.deep.equal([3000])
      expect(await wait('Thu, 01 Jan 2026 00:00:20 GMT')).to.deep.equal([20_000])
      expect(await wait('Wed, 31 Dec 2025 00:00:00 GMT')).to.deep.equal([0])
      for (const text of ['soon', '-1', '1.5', 'about 5', '9'.repeat(400)]) {
        expect(await wait(text), text).to.deep.equal([500])
      }
    })

    it('ends, and says for how long, if Retry-After asks for more than 20 seconds', async () => {
      const {server, error, waits} = await run([answer(429, {message: 'no'}, {'Retry-After': '21'}), FOUND], GET)
      expect(server.requests).to.have.length(1)
      expect(waits).to.deep.equal([])
      expect(error?.details.hint).to.contain('21 seconds')
    })

    it('adds jitter: half of the wait is random', async () => {
      expect((await run([DROP, DROP, FOUND], GET, {random: () => 0})).waits).to.deep.equal([250, 500])
    })

    it('takes a 404 to a repeated DELETE for success, and one to the first for NOT_FOUND', async () => {
      const missing = answer(404, {message: 'no'})
      expect((await run([DROP, missing], DELETE)).result).to.equal('gone')
      expect((await run([missing], DELETE)).error?.code).to.equal('NOT_FOUND')
      expect((await run([DROP, missing], GET)).error?.code).to.equal('NOT_FOUND')
    })

    it('stops waiting when the command is stopped', async () => {
      const stop = new AppError('CANCELLED', 'stopped')
      const {error, server} = await run([answer(429, {message: 'no'}), FOUND], MINT, {
        pause: () => Promise.reject(stop),
      })
      expect(error).to.equal(stop)
      expect(server.requests).to.have.length(1)
    })
  })

  describe('limits of time', () => {
    it('count the body: one that never ends is TIMEOUT', async () => {
      const {error} = await run([TRICKLE], WRITE, {timeoutMs: 100})
      expect(error?.code).to.equal('TIMEOUT')
      expect(error?.message).to.contain('0.1 seconds')
      expect((await run([TRICKLE], MINT, {timeoutMs: 100})).error?.code).to.equal('UNCERTAIN')
    })

    it('hold for all tries of a call with a limit of its own', async () => {
      let now = 1000
      const pause = async (ms: number) => {
        now += ms
      }
      const machine = {now: () => now, pause, timeoutMs: 10_000}
      const {server, error} = await run([answer(503, {})], {...GET, timeLimit: {endMs: 2500, timeoutMs: 1500}}, machine)
      // The waits are 500, 1000 and 2000 ms. The second one would end at the deadline.
      expect(server.requests).to.have.length(2)
      expect(error?.code).to.equal('UPSTREAM')
      const late = await run([HANG], {...GET, timeLimit: {endMs: now + 50, timeoutMs: 1500}}, machine)
      expect(late.server.requests).to.have.length(1)
      expect(late.error?.code).to.equal('TIMEOUT')
      expect(late.error?.message).to.contain('within 1.5 seconds (')
    })

    it('keep a bulk read under the rate of the vendor', async () => {
      const server = await openScriptedServer([FOUND])
      servers.push(server)
      let now = 1000
      const waits: number[] = []
      const client = await openHttpClient(
        {...VENDOR, perSecondMax: {GET: 3}},
        {baseUrl: server.url, credential: SECRET, credentialSource: 'ACME_TOKEN'},
        {
          env: {},
          now: () => now,
          pause: async (ms) => {
            waits.push(ms)
            now += ms
          },
          refuseWhenStopped: () => {},
          random: () => 0,
          timeoutMs: 2000,
        },
      )
      for (let sent = 0; sent < 7; sent++) await client.send(GET)
      client.close()
      expect(waits).to.deep.equal([1000, 1000])
    })
  })

  describe('before anything was sent', () => {
    it('a refused connection is UPSTREAM even for a mint, and is not repeated on this machine', async () => {
      const server = await openScriptedServer([FOUND])
      await server.close()
      for (const call of [GET, MINT]) {
        const {error, waits} = await send(server.url, call)
        expect(error?.code).to.equal('UPSTREAM')
        expect(error?.message).to.contain('refused the connection')
        expect(error?.details.hint).to.contain('ACME_URL')
        expect(waits).to.deep.equal([])
      }
    })

    it('a host that does not exist is UPSTREAM for a mint', async () => {
      const {error} = await send(new URL('https://acme.invalid/v1'), MINT)
      expect(error?.code).to.equal('UPSTREAM')
      expect(error?.message).to.contain('there is no host acme.invalid')
    })
  })

  describe('what is said', () => {
    it('keeps status, vendor code, request id and field errors', async () => {
      const fieldErrors = [{field: 'name', code: 'max', message: 'too long'}]
      const body = {message: 'Invalid request', vendorCode: 'E7', requestId: 'r-1', fieldErrors}
      const {error} = await run([answer(400, body)], WRITE)
      expect(describeError(error)).to.deep.include({
        vendor: 'acme',
        status: 400,
        vendorCode: 'E7',
        requestId: 'r-1',
        fieldErrors,
        retryable: false,
      })
      expect(error?.message).to.equal('Invalid request')
    })

    it('takes the request id of the header where the body has none', async () => {
      const {error} = await run([answer(403, {message: 'no'}, {'X-Request-Id': 'r-2'})], GET)
      expect(error?.details.requestId).to.equal('r-2')
    })

    it('never repeats the credential, or another token, in a message', async () => {
      const {error} = await run([answer(403, {message: `not ${SECRET}`, requestId: SECRET})], GET)
      expect(JSON.stringify(describeError(error))).not.to.contain(SECRET)
      expect(error?.message).to.equal('not [token]')
    })

    it('never repeats a credential of any shape, in a message, a field of an error or a line of the log', async () => {
      const opaque = 'opaque-credential'
      const fieldErrors = [{field: opaque, code: opaque, message: `not ${opaque}`}]
      const said = {message: `not ${opaque}`, vendorCode: opaque, requestId: opaque, fieldErrors}
      const header = {'X-Request-Id': opaque}
      for (const step of [answer(403, said), answer(403, {message: 'no'}, header), answer(200, {}, header)]) {
        const server = await openScriptedServer([step])
        servers.push(server)
        const {error, lines} = await send(server.url, GET, {credential: opaque})
        expect(JSON.stringify([describeError(error), error?.details, lines])).to.not.contain(opaque)
        expect(lines).to.have.length(1)
      }
    })

    it('cuts a long text of the vendor', async () => {
      const {error} = await run([answer(403, {message: 'no '.repeat(1000)})], GET)
      expect(error?.message.length).to.be.lessThan(600)
    })

    it('logs method, URL, status, request id and time, and neither the credential nor a body', async () => {
      const {lines} = await run([answer(200, {thing: 'it'}, {'X-Request-Id': 'r-3'})], MINT)
      expect(lines).to.have.length(1)
      expect(lines[0]).to.match(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/things 200 r-3 \d+ ms$/)
    })
  })
})
