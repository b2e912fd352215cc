import {expect} from 'chai'
import {describeError} from '../../../src/errors/describe.ts'
import {CREATE, fail, LIST, run, SELECT} from '../../support/run-deltastream.ts'
import {
  failedResult,
  mintedToken,
  PENDING,
  resultSet,
  STATEMENT_ID,
  textColumn,
} from '../../support/scripted-deltastream.ts'
import {answer, HANG, type Step} from '../../support/scripted-server.ts'

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
