import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {describeError} from '../../../src/errors/describe.ts'
import type {ErrorCode} from '../../../src/errors/exit-codes.ts'
import type {DeltaStreamApi, ResultSet, StatementRequest} from '../../../src/vendors/deltastream/api.ts'
import {requireSuccess} from '../../../src/vendors/deltastream/sql-errors.ts'
import type {HttpMachine} from '../../../src/vendors/http.ts'
import {openTestDeltaStream} from '../../support/deltastream-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {
  CI_ROW,
  deltaStreamToken,
  failedResult,
  mintedToken,
  NEW_TOKEN,
  OWNER_TOKEN,
  PENDING,
  resultSet,
  STATEMENT_ID,
  summary,
  textColumn,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {
  answer,
  answerText,
  DROP,
  HANG,
  openScriptedServer,
  type ReceivedRequest,
  type Step,
  truncate,
} from '../../support/scripted-server.ts'

const LIST = 'LIST API_TOKENS;'
const CREATE = `CREATE API_TOKEN "ci" WITH ('token.role_name' = sysadmin);`
const RENEW = 'ALTER API_TOKEN "ci" RENEW TOKEN;'
const REMOVE = 'DROP API_TOKEN "ci";'
const SELECT = 'SELECT * FROM pageviews;'

const LISTED = answer(200, tokenList([CI_ROW]))
const MINTED = answer(200, mintedToken('ci'))
const DONE = answer(200, summary('api_token', 'ci', 'DROP', 'dropped'))
const POLL = `GET /v2/statements/${STATEMENT_ID}?partitionID=0&timezone=UTC`

/** What was sent, and what came out of it. */
interface Run {
  requests: ReceivedRequest[]
  /** Method and path of each request. */
  sent: string[]
  /** In milliseconds, of polls and retries. */
  waits: number[]
  lines: string[]
}

interface Finished extends Run {
  result: ResultSet
}

interface Failed extends Run {
  error: AppError
}

/** Run a statement against a service that takes these steps, with a clock that only waits move. */
async function settle(
  steps: Step[],
  call: (api: DeltaStreamApi) => Promise<unknown>,
  machine: Partial<HttpMachine> = {},
): Promise<Run & {result?: unknown; error?: unknown}> {
  const server = await openScriptedServer(steps)
  const waits: number[] = []
  const lines: string[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  const client = await openTestDeltaStream(new URL('/v2', server.url), OWNER_TOKEN, {
    now: () => now,
    pause: async (ms) => {
      waits.push(ms)
      now += ms
    },
    trace: async (line) => {
      lines.push(line)
    },
    ...machine,
  })
  const settled = await call(client).then(
    (result) => ({result}),
    (error: unknown) => ({error}),
  )
  client.close()
  await server.close()
  const {requests} = server
  return {requests, sent: requests.map(({method, path}) => `${method} ${path}`), waits, lines, ...settled}
}

async function run(
  steps: Step[],
  statement: string | StatementRequest,
  machine?: Partial<HttpMachine>,
): Promise<Finished> {
  const request = typeof statement === 'string' ? {statement} : statement
  const settled = await settle(steps, (api) => api.run(request), machine)
  if ('error' in settled) throw settled.error
  return settled as Finished
}

async function fail(
  steps: Step[],
  statement: string,
  code: ErrorCode,
  machine?: Partial<HttpMachine>,
): Promise<Failed> {
  const settled = await settle(steps, (api) => api.run({statement}), machine)
  const error = await expectFailure('error' in settled ? Promise.reject(settled.error) : Promise.resolve(), code)
  return {...settled, error}
}

describe('the client of the DeltaStream API', () => {
  it('sends a statement unchanged, with the places and parameters that are given', async () => {
    const request = {
      statement: ' select "é\n;" -- x ',
      organization: 'o',
      role: 'R',
      database: 'd',
      schema: 's',
      store: 't',
      computePool: 'c',
      parameters: {timezone: 'America/New_York', sessionID: 'me'},
    }
    const {requests, sent} = await run([DONE], request)
    expect(sent).to.deep.equal(['POST /v2/statements'])
    const {host: _host, connection: _connection, ...headers} = requests[0]?.headers ?? {}
    expect(headers).to.deep.equal({
      accept: 'application/json',
      authorization: `Bearer ${OWNER_TOKEN}`,
      'content-length': `${Buffer.byteLength(JSON.stringify(request))}`,
      'content-type': 'application/json',
      'user-agent': 'tokenry/0.0.0',
    })
    expect(JSON.parse(requests[0]?.body ?? '')).to.deep.equal(request)
    expect((await run([DONE], REMOVE)).requests[0]?.body).to.equal(JSON.stringify({statement: REMOVE}))
  })

  it('returns the whole result', async () => {
    expect((await run([LISTED], LIST)).result).to.deep.equal(tokenList([CI_ROW]))
    expect((await run([MINTED], CREATE)).result).to.deep.equal(mintedToken('ci'))
  })

  it('asks for the version', async () => {
    const {result, sent} = await settle([answer(200, {major: 2, minor: 1, patch: 3})], (api) => api.getVersion())
    expect(result).to.deep.equal({major: 2, minor: 1, patch: 3})
    expect(sent).to.deep.equal(['GET /v2/version'])
  })

  it('returns a failed statement as a result, with a message without tokens', async () => {
    const secret = deltaStreamToken('other')
    const failed = failedResult('42P09', `${OWNER_TOKEN} and ${secret} exist`)
    for (const statement of [CREATE, LIST]) {
      const {result} = await run([answer(200, failed)], statement)
      expect([result.sqlState, result.message]).to.deep.equal(['42P09', '[token] and [token] exist'])
    }
  })

  it('accepts a result whose members are null or absent', async () => {
    const {statementID: _id, createdOn: _on, metadata: _meta, ...bare} = summary('role', 'ops', 'USE', 'used')
    for (const metadata of [undefined, null, {}, {columns: null, partitionInfo: null, context: null}]) {
      const {result} = await run([answer(200, {...bare, data: null, message: null, metadata})], 'USE ROLE ops;')
      expect(result).to.deep.equal({
        sqlState: '00000',
        statementID: '',
        createdOn: 0,
        metadata: {encoding: 'json', partitionInfo: [], columns: [], context: {}},
        data: [],
      })
    }
  })

  describe('a status other than success', () => {
    for (const [status, code, mintCode, tries] of [
      [400, 'INVALID', 'INVALID', 1],
      [401, 'UNAUTHENTICATED', 'UNAUTHENTICATED', 1],
      [403, 'UNAUTHENTICATED', 'UNAUTHENTICATED', 1],
      [404, 'CONFIG', 'CONFIG', 1],
      [405, 'UPSTREAM', 'UNCERTAIN', 1],
      [408, 'TIMEOUT', 'UNCERTAIN', 1],
      [409, 'UPSTREAM', 'UNCERTAIN', 1],
      [413, 'UPSTREAM', 'UNCERTAIN', 1],
      [422, 'UPSTREAM', 'UNCERTAIN', 1],
      [429, 'RATE_LIMITED', 'UNCERTAIN', 4],
      [500, 'UPSTREAM', 'UNCERTAIN', 1],
      [502, 'UPSTREAM', 'UNCERTAIN', 4],
      [503, 'UPSTREAM', 'UNCERTAIN', 4],
      [504, 'UPSTREAM', 'UNCERTAIN', 4],
      [302, 'CONFIG', 'UNCERTAIN', 1],
    ] as const) {
      for (const headers of [{}, {'Retry-After': '1'}] as Record<string, string>[]) {
        const title = Object.keys(headers).join() || 'no header'
        it(`${status} with ${title} is ${code}, and ${mintCode} for a statement that mints`, async () => {
          const step = answer(status, {message: 'said so', traceID: 't-1'}, headers)
          expect((await fail([step], LIST, code)).sent).to.have.length(tries)
          const {error, sent} = await fail([step, DONE], REMOVE, code)
          expect(sent).to.have.length(1)
          expect(error.details).to.include({vendor: 'deltastream', status, requestId: 't-1'})
          if (code !== 'CONFIG') expect(error.message).to.equal('said so')
          for (const statement of [CREATE, RENEW]) {
            expect((await fail([step, MINTED], statement, mintCode)).sent).to.have.length(1)
          }
        })
      }
    }

    it('is explained with the variable that names the URL if the path does not exist', async () => {
      for (const step of [answer(404, {message: 'no such path'}), answerText(404, '<html>')]) {
        const {error} = await fail([step], LIST, 'CONFIG')
        expect(error.message).to.contain('this is not the API of DeltaStream')
        expect(error.details.hint).to.contain('DS_ENDPOINT')
      }
    })

    it('has a message without the credential, without other tokens and of limited length', async () => {
      const message = `${OWNER_TOKEN} ${NEW_TOKEN} ${'x '.repeat(2000)}`
      const {error, lines} = await fail([answer(403, {message, traceID: NEW_TOKEN})], CREATE, 'UNAUTHENTICATED')
      const text = JSON.stringify([describeError(error), lines])
      for (const secret of [OWNER_TOKEN, NEW_TOKEN]) expect(text).to.not.contain(secret)
      expect(error.message).to.have.length.below(600)
    })
  })

  describe('an answer that is lost or cannot be read', () => {
    const {data: _data, ...noData} = mintedToken('ci')
    const noToken = resultSet([textColumn('Name')], [['ci']])
    const steps: [string, Step][] = [
      ['a closed connection', DROP],
      ['half an answer', truncate(200, mintedToken('ci'))],
      ['HTML', answerText(200, '<html>')],
      ['no body', answer(200, undefined)],
      ['a text', answer(200, 'ok')],
      ['a list', answer(200, [])],
      ['no state', answer(200, {...mintedToken('ci'), sqlState: undefined})],
      ['a number as a cell', answer(200, {...tokenList([]), data: [[5]]})],
      ['a row that is not a list', answer(200, {...tokenList([]), data: ['ci']})],
      ['a 201', answer(201, mintedToken('ci'))],
      ['a 204', answer(204, undefined)],
      ['a 202 without an id', answer(202, {sqlState: '03000'})],
      ['a data plane', answer(200, {...mintedToken('ci'), metadata: {dataplaneRequest: {token: NEW_TOKEN}}})],
    ]
    for (const [title, step] of steps) {
      it(`is UNCERTAIN for a statement that mints, which is sent once: ${title}`, async () => {
        for (const statement of [CREATE, RENEW, `-- renew\n${RENEW}`, `${LIST} ${CREATE}`]) {
          const {sent, error} = await fail([step, MINTED], statement, 'UNCERTAIN')
          expect(sent).to.deep.equal(['POST /v2/statements'])
          expect(error.details.hint).to.contain('tokenry deltastream token list')
          expect(JSON.stringify(describeError(error))).to.not.contain(NEW_TOKEN)
        }
      })

      it(`is UPSTREAM for the others, of which only LIST is sent again: ${title}`, async () => {
        expect((await fail([step], REMOVE, 'UPSTREAM')).sent).to.have.length(1)
        const isLost = step === DROP || title === 'half an answer'
        expect((await fail([step], LIST, 'UPSTREAM')).sent).to.have.length(isLost ? 4 : 1)
        if (isLost) expect((await run([step, step, step, LISTED], LIST)).result.data).to.deep.equal([CI_ROW])
      })
    }

    for (const [title, result] of [
      ['no data', noData],
      ['no column Token', noToken],
      ['no columns', {...mintedToken('ci'), metadata: {columns: null}}],
      ['NULL', mintedToken('ci', null)],
      ['an empty text', mintedToken('ci', '')],
      ['two words', mintedToken('ci', 'not one')],
      ['a line feed', mintedToken('ci', `${NEW_TOKEN}\n`)],
      ['an escape sequence', mintedToken('ci', '\u001b[2J')],
      ['two rows', {...mintedToken('ci'), data: [...mintedToken('a').data, ...mintedToken('b').data]}],
    ] as const) {
      it(`is UNCERTAIN without exactly one secret: ${title}`, async () => {
        const {sent, error} = await fail([answer(200, result), MINTED], RENEW, 'UNCERTAIN')
        expect(sent).to.have.length(1)
        expect(error.message).to.contain('without the new token and its secret')
        expect(error.message + error.details.hint).to.not.contain(NEW_TOKEN)
      })
    }

    it('is TIMEOUT after the time of the statement, and UNCERTAIN where a token may exist', async () => {
      expect((await fail([HANG], REMOVE, 'TIMEOUT', {timeoutMs: 50})).sent).to.have.length(1)
      expect((await fail([HANG], LIST, 'TIMEOUT', {timeoutMs: 50})).sent).to.have.length(1)
      expect((await fail([HANG], CREATE, 'UNCERTAIN', {timeoutMs: 50})).sent).to.have.length(1)
    })

    it('is TIMEOUT after the time that the caller gives', async () => {
      for (const statement of [LIST, REMOVE]) {
        const settled = await settle([HANG], (api) => api.run({statement}, {timeoutMs: 50}))
        const {message} = await expectFailure(Promise.reject(settled.error), 'TIMEOUT')
        expect(message).to.contain('within 0.05 seconds')
        expect(settled.sent).to.have.length(1)
      }
      const {error, waits} = await settle([PENDING], (api) => api.run({statement: LIST}, {timeoutMs: 2500}))
      expect((await expectFailure(Promise.reject(error), 'TIMEOUT')).message).to.contain('within 2.5 seconds')
      expect(waits).to.deep.equal([1000, 1000])
    })

    it('is UPSTREAM even for a mint if nothing was sent', async () => {
      const server = await openScriptedServer([MINTED])
      await server.close()
      const client = await openTestDeltaStream(new URL('/v2', server.url), OWNER_TOKEN)
      await expectFailure(client.run({statement: CREATE}), 'UPSTREAM')
      client.close()
    })
  })

  it('refuses a result on the data plane for a statement that is not about tokens, without its token', async () => {
    const remote = {...tokenList([]), metadata: {dataplaneRequest: {token: NEW_TOKEN, uri: 'https://other.example'}}}
    const {error, sent} = await fail([answer(200, remote)], SELECT, 'INVALID')
    expect(error.message).to.contain('data plane')
    expect(JSON.stringify(describeError(error))).to.not.contain(NEW_TOKEN)
    expect(sent).to.have.length(1)
    const local = {...tokenList([]), metadata: {...tokenList([]).metadata, dataplaneRequest: null}}
    expect((await run([answer(200, local)], SELECT)).result.data).to.deep.equal([])
  })

  it('sends a statement only once unless it is a single LIST', async () => {
    for (const statement of [
      SELECT,
      'USE ROLE ops;',
      'CREATE ROLE ops;',
      `${LIST} ${REMOVE}`,
      'LIST ROLES; LIST ROLES',
      'LISTEN x;',
      '/* LIST */ DROP ROLE x;',
    ]) {
      expect((await fail([answerText(503, ''), DONE], statement, 'UPSTREAM')).sent, statement).to.have.length(1)
    }
    for (const statement of ['LIST ROLES', 'list api_tokens;', ' LIST  ORGANIZATIONS ;\n']) {
      expect((await run([answerText(503, ''), LISTED], statement)).sent, statement).to.have.length(2)
    }
  })
})

describe('a DeltaStream statement that is not complete', () => {
  it('is polled immediately and then every second, until its result is there', async () => {
    const {result, sent, waits} = await run([PENDING, PENDING, PENDING, LISTED], LIST)
    expect(sent).to.deep.equal(['POST /v2/statements', POLL, POLL, POLL])
    expect(waits).to.deep.equal([1000, 1000])
    expect(result).to.deep.equal(tokenList([CI_ROW]))
    expect((await run([PENDING, MINTED], CREATE)).result).to.deep.equal(mintedToken('ci'))
  })

  it('is polled in its session and time zone', async () => {
    const parameters = {sessionID: 'a b&c', timezone: 'Asia/Tokyo'}
    const {sent} = await run([PENDING, DONE], {statement: REMOVE, parameters})
    expect(sent[1]).to.equal(`GET /v2/statements/${STATEMENT_ID}?partitionID=0&sessionID=a+b%26c&timezone=Asia%2FTokyo`)
    expect((await run([PENDING, DONE], {statement: REMOVE, parameters: {sessionID: ''}})).sent[1]).to.equal(POLL)
  })

  it('may be answered with 200 and the state of an incomplete one', async () => {
    const pending = answer(200, {sqlState: '03000', statementID: STATEMENT_ID, createdOn: 0, message: null})
    expect((await run([pending, pending, DONE], REMOVE)).sent).to.deep.equal(['POST /v2/statements', POLL, POLL])
  })

  it('has the id under which it was polled, and not the id in its result', async () => {
    const {result} = await run([PENDING, answer(200, {...tokenList([]), statementID: null})], LIST)
    expect(result.statementID).to.equal(STATEMENT_ID)
  })

  for (const statementID of [
    '',
    '..',
    'x',
    '../version',
    `${STATEMENT_ID}/x`,
    `${STATEMENT_ID}?a`,
    `{${STATEMENT_ID}}`,
    ` ${STATEMENT_ID}`,
    5,
    null,
  ]) {
    it(`is not polled under the id ${JSON.stringify(statementID)}`, async () => {
      const step = answer(202, {sqlState: '03000', statementID})
      expect((await fail([step], REMOVE, 'UPSTREAM')).sent).to.have.length(1)
      expect((await fail([step], CREATE, 'UNCERTAIN')).sent).to.have.length(1)
    })
  }

  it('may have an id in another spelling', async () => {
    for (const statementID of [STATEMENT_ID.toUpperCase(), STATEMENT_ID.replaceAll('-', '')]) {
      const {sent} = await run([answer(202, {statementID}), DONE], REMOVE)
      expect(sent[1]).to.equal(`GET /v2/statements/${statementID}?partitionID=0&timezone=UTC`)
    }
  })

  it('is TIMEOUT at the end of the time for the statement with all its polls', async () => {
    const {error, sent, waits} = await fail([PENDING], REMOVE, 'TIMEOUT', {timeoutMs: 3000})
    expect(waits).to.deep.equal([1000, 1000])
    expect(sent).to.deep.equal(['POST /v2/statements', POLL, POLL, POLL])
    expect(error.message).to.equal('DeltaStream did not complete the statement within 3 seconds')
    expect(error.details.hint).to.contain('TOKENRY_HTTP_TIMEOUT=6')
    const mint = await fail([PENDING], RENEW, 'UNCERTAIN', {timeoutMs: 3000})
    expect(mint.sent.filter((request) => request.startsWith('POST'))).to.have.length(1)
  })

  it('has only the rest of the time for a poll that gets no answer', async () => {
    let now = 0
    const machine = {now: () => now, timeoutMs: 60_000}
    const slow: Step = (req, res) => {
      now += 59_950
      PENDING(req, res)
    }
    expect((await fail([slow, HANG], REMOVE, 'TIMEOUT', machine)).sent).to.deep.equal(['POST /v2/statements', POLL])
  })

  it('is not polled without end if the clock stands still or is set back', async () => {
    let now = 0
    for (const step of [0, -5000]) {
      const machine = {now: () => (now += step), pause: async () => {}, timeoutMs: 5000}
      const {sent} = await fail([PENDING], REMOVE, 'TIMEOUT', machine)
      expect(sent.length).to.be.within(2, 7)
    }
  })

  it('stops when the command is stopped; where a token may exist, it is UNCERTAIN', async () => {
    const stop = new AppError('CANCELLED', 'stopped by SIGINT', {signal: 'SIGINT'})
    const machine = {pause: () => Promise.reject(stop)}
    const {error, sent} = await fail([PENDING], REMOVE, 'CANCELLED', machine)
    expect(error).to.equal(stop)
    expect(sent).to.have.length(2)
    const mint = await fail([PENDING], CREATE, 'UNCERTAIN', machine)
    expect(describeError(mint.error)).to.include({exitCode: 12})
    expect(mint.error.message).to.contain('stopped by SIGINT')
  })

  it('is not sent at all if it mints and the command is stopped before', async () => {
    const refuseWhenStopped = () => {
      throw new AppError('CANCELLED', 'stopped', {signal: 'SIGINT'})
    }
    expect((await fail([MINTED], CREATE, 'CANCELLED', {refuseWhenStopped})).sent).to.deep.equal([])
  })

  for (const [title, step, code] of [
    ['400', answer(400, {message: 'no'}), 'INVALID'],
    ['401', answer(401, {message: 'no'}), 'UNAUTHENTICATED'],
    ['403', answer(403, {message: 'no'}), 'UNAUTHENTICATED'],
    ['404', answer(404, {message: 'no'}), 'CONFIG'],
    ['408', answer(408, {message: 'no'}), 'TIMEOUT'],
    ['429', answer(429, {message: 'no'}), 'RATE_LIMITED'],
    ['500', answer(500, {message: 'no'}), 'UPSTREAM'],
    ['503', answer(503, {message: 'no'}), 'UPSTREAM'],
    ['302', answer(302, undefined, {Location: 'https://other.example'}), 'CONFIG'],
    ['no answer', DROP, 'UPSTREAM'],
    ['HTML', answerText(200, '<html>'), 'UPSTREAM'],
    ['no state', answer(200, {data: []}), 'UPSTREAM'],
    ['the data plane', answer(200, {...tokenList([]), metadata: {dataplaneRequest: {token: NEW_TOKEN}}}), 'UPSTREAM'],
  ] as [string, Step, ErrorCode][]) {
    it(`is UNCERTAIN if it mints and its poll fails, and is never sent again: ${title}`, async () => {
      const {sent, error} = await fail([PENDING, step], RENEW, 'UNCERTAIN')
      expect(sent.filter((request) => request.startsWith('POST'))).to.have.length(1)
      expect(describeError(error)).to.include({code: 'UNCERTAIN', exitCode: 12, retryable: false})
      expect(error.details.facts).to.deep.equal({sentAt: '2026-01-01T00:00:00Z'})
      expect(error.details.hint).to.contain('tokenry deltastream token list')
      expect((await fail([PENDING, step], REMOVE, code)).sent[0]).to.equal('POST /v2/statements')
    })
  }

  it('is UNCERTAIN if it mints and its result has no secret', async () => {
    await fail([PENDING, DONE], CREATE, 'UNCERTAIN')
    await fail([PENDING, answer(200, mintedToken('ci', null))], RENEW, 'UNCERTAIN')
  })

  it('may fail: its result has the state', async () => {
    const {result} = await run([PENDING, answer(200, failedResult('57014'))], CREATE)
    expect(result.sqlState).to.equal('57014')
    expect(() => requireSuccess(result, {mints: true}))
      .to.throw()
      .with.property('code', 'UNCERTAIN')
  })
})

describe('a DeltaStream result in partitions', () => {
  const columns = [textColumn('Name')]
  const partition = (rows: string[], counts: number[]) => {
    const result = resultSet(
      columns,
      rows.map((row) => [row]),
    )
    return {...result, metadata: {...result.metadata, partitionInfo: counts.map((rowCount) => ({rowCount}))}}
  }
  const part = (rows: string[], counts = [2, 1, 1]) => answer(200, partition(rows, counts))
  const pathOf = (id: number) => `GET /v2/statements/${STATEMENT_ID}?partitionID=${id}&timezone=UTC`

  it('is fetched by index and merged into one', async () => {
    const {result, sent} = await run([part(['a', 'b']), part(['c']), part(['d'])], SELECT)
    expect(sent).to.deep.equal(['POST /v2/statements', pathOf(1), pathOf(2)])
    expect(result).to.deep.equal(resultSet(columns, [['a'], ['b'], ['c'], ['d']]))
  })

  it('is fetched after polling too', async () => {
    const {sent, result} = await run([PENDING, part(['a', 'b']), part(['c']), part(['d'])], LIST)
    expect(sent).to.deep.equal(['POST /v2/statements', pathOf(0), pathOf(1), pathOf(2)])
    expect(result.data).to.have.length(4)
  })

  it('is a failure if one part fails', async () => {
    const {result} = await run([part(['a', 'b']), answer(200, failedResult('XX000'))], SELECT)
    expect(result.sqlState).to.equal('XX000')
    await fail([part(['a', 'b']), answer(403, {message: 'no'})], SELECT, 'UNAUTHENTICATED')
    await fail([part(['a', 'b']), PENDING], SELECT, 'UPSTREAM')
  })

  it('is never cut off: too few rows are UPSTREAM', async () => {
    await fail([part(['a'])], LIST, 'UPSTREAM')
    await fail([part(['a', 'b']), part([])], LIST, 'UPSTREAM')
    await fail([part(['a'], [2])], LIST, 'UPSTREAM')
    expect((await run([part(['a', 'b'], [])], LIST)).result.data).to.deep.equal([['a'], ['b']])
  })

  it('without an end is UPSTREAM, not worth a retry', async () => {
    for (const counts of [Array(1001).fill(0), [0, 100_001], [50_001, 50_000].map((count) => count + 1)]) {
      const rows = Array(counts[0]).fill('x')
      const {error, sent} = await fail([part(rows, counts)], SELECT, 'UPSTREAM')
      expect(describeError(error)).to.include({retryable: false})
      expect(error.message).to.contain('does not end')
      expect(sent).to.have.length(1)
    }
    const rows = Array(60_000).fill('x')
    const {error} = await fail([part(rows, [0, 0, 0]), part(rows, [0, 0, 0])], SELECT, 'UPSTREAM')
    expect(error.message).to.contain('does not end')
  })

  it('cannot be fetched without an id that fits a path', async () => {
    const lost = {...partition(['a', 'b'], [2, 1]), statementID: '../version'}
    expect((await fail([answer(200, lost)], SELECT, 'UPSTREAM')).sent).to.have.length(1)
  })

  it('never delays a new secret', async () => {
    const minted = mintedToken('ci')
    const more = {...minted, metadata: {...minted.metadata, partitionInfo: [{rowCount: 9}, {rowCount: 1}]}}
    const {result, sent} = await run([answer(200, more)], CREATE)
    expect(sent).to.have.length(1)
    expect(result.data).to.deep.equal(minted.data)
  })

  it('ends with the time of the statement', async () => {
    let now = 0
    const slow: Step = (req, res) => {
      now += 40_000
      part(['a', 'b'])(req, res)
    }
    await fail([slow, HANG], SELECT, 'TIMEOUT', {now: () => now, timeoutMs: 40_050})
  })
})

describe('the credential of the DeltaStream client', () => {
  it('goes to the declared origin only: no redirect is followed', async () => {
    const other = await openScriptedServer([LISTED])
    for (const status of [301, 302, 307, 308]) {
      const moved = answer(status, undefined, {Location: other.url.href})
      await fail([moved], LIST, 'CONFIG')
      await fail([PENDING, moved], LIST, 'CONFIG')
      await fail([moved], CREATE, 'UNCERTAIN')
    }
    expect(other.requests).to.deep.equal([])
    await other.close()
  })

  for (const url of ['http://api.deltastream.io/v2', 'http://10.0.0.1/v2', 'https://x:y@api.deltastream.io/v2']) {
    it(`is not sent to ${url}`, async () => {
      await expectFailure(openTestDeltaStream(new URL(url), OWNER_TOKEN), 'CONFIG')
    })
  }

  it('is in no line of the trace, nor is a new secret or a statement', async () => {
    const {lines} = await run([PENDING, MINTED], CREATE)
    expect(lines).to.have.length(2)
    for (const secret of [OWNER_TOKEN, NEW_TOKEN, 'sysadmin']) expect(lines.join()).to.not.contain(secret)
  })
})
