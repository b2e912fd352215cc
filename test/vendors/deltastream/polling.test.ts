import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {describeError} from '../../../src/errors/describe.ts'
import type {ErrorCode} from '../../../src/errors/exit-codes.ts'
import {requireSuccess} from '../../../src/vendors/deltastream/sql-errors.ts'
import {CREATE, DONE, fail, LIST, LISTED, MINTED, POLL, REMOVE, RENEW, run} from '../../support/run-deltastream.ts'
import {
  CI_ROW,
  failedResult,
  mintedToken,
  NEW_TOKEN,
  PENDING,
  STATEMENT_ID,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {answer, answerText, DROP, HANG, type Step} from '../../support/scripted-server.ts'

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
