import {expect} from 'chai'
import {describeError} from '../../../src/errors/describe.ts'
import {DELTASTREAM_API} from '../../../src/vendors/deltastream/vendor-api.ts'
import {openTestDeltaStream} from '../../support/deltastream-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {
  CREATE,
  DONE,
  fail,
  LIST,
  LISTED,
  MINTED,
  REMOVE,
  RENEW,
  run,
  SELECT,
  settle,
} from '../../support/run-deltastream.ts'
import {
  CI_ROW,
  deltaStreamToken,
  failedResult,
  mintedToken,
  NEW_TOKEN,
  OWNER_TOKEN,
  openScriptedDeltaStream,
  PENDING,
  resultSet,
  summary,
  textColumn,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {answer, answerText, DROP, HANG, openScriptedServer, type Step, truncate} from '../../support/scripted-server.ts'

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

  it('asks again for the version if the service is busy', async () => {
    const steps = [answerText(503, ''), DROP, answer(429, {message: 'no'}), answer(200, {major: 2})]
    expect((await settle(steps, (api) => api.getVersion())).result).to.deep.equal({major: 2, minor: 0, patch: 0})
  })

  it('reports to the machine when a service may have received a mint, and only then', async () => {
    for (const [statement, sent] of [
      [CREATE, 1],
      [RENEW, 1],
      [REMOVE, 0],
      [LIST, 0],
    ] as const) {
      let reports = 0
      const onMintSent = () => {
        reports += 1
      }
      await run([PENDING, MINTED], statement, {onMintSent})
      expect(reports, statement).to.equal(sent)
    }
  })

  it('answers every statement of a scripted service, at the URL of its variables', async () => {
    const service = await openScriptedDeltaStream({'DROP ROLE "b"': answer(200, failedResult('2BP01'))})
    const {url} = DELTASTREAM_API.findUrl(service.env) ?? {}
    const client = await openTestDeltaStream(url ?? new URL('http://localhost'), service.env['DS_TOKEN'] ?? '')
    const statements = [LIST, 'LIST ROLES;', CREATE, RENEW, REMOVE, 'DROP ROLE "a";', 'DROP ROLE "b";', SELECT]
    const states: string[] = []
    for (const statement of statements) states.push((await client.run({statement})).sqlState)
    await client.getVersion()
    expect(states).to.deep.equal([...Array(6).fill('00000'), '2BP01', '0A000'])
    expect(service.sent()).to.deep.equal([...statements, 'GET /v2/version'])
    client.close()
    await service.close()
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
