import {expect} from 'chai'
import type {LoadRow} from '../../bench/load/measure-load.ts'
import type {Situations} from '../../bench/load/measure-situations.ts'
import {renderSummary} from '../../bench/load/report-load.ts'
import {summarizeLoad} from '../../bench/load/summarize-load.ts'

const SIZES = [1000, 100_000, 1_000_000]

const ROW: LoadRow = {
  tokens: 1000,
  connections: 32,
  processes: 1,
  what: 'create',
  before: '',
  wanted: '',
  perSecond: 1000,
  ratio: 0.1,
  cpuRatio: 0.1,
  p50Ms: 1,
  p99Ms: 10,
  loopP99Ms: 1,
  loopMaxMs: 2,
  rssBeforeMib: 80,
  rssAfterMib: 90,
  failed: 0,
}

const SITUATIONS: Situations = {
  foreignLock: {lockMs: 2000, sent: 500, answered: 500, longestMs: 12},
  connections: {open: 1000, status: 'HTTP/1.1 503 Service Unavailable', retryAfter: true},
  stopMs: 4010,
  deletion: {
    tokens: 110_000,
    ended: 110_000,
    steps: 552,
    seconds: 20,
    longestStepMs: 140,
    refusedAfterFirstStep: true,
    other: {made: 300, failed: 0, longestMs: 150},
  },
}

/** Return the row of each size with these values. */
function rowsOf(what: string, ratios: number[], values: Partial<LoadRow> = {}): LoadRow[] {
  return ratios.map((ratio, index) => ({...ROW, what, ratio, tokens: SIZES[index] ?? 0, ...values}))
}

function lineOf(what: string, {rows = [], situations = null}: {rows?: LoadRow[]; situations?: Situations | null}) {
  const line = summarizeLoad({sizes: SIZES, rows, situations}).find((each) => each.what.startsWith(what))
  if (!line) throw new Error(`There is no line ${what}`)
  return {today: line.today, verdict: line.verdict}
}

describe('the table of bench:load', () => {
  describe('a ratio to the bare route', () => {
    it('is reached if it is at least the goal on every store', () => {
      const rows = rowsOf('create', [0.08, 0.09, 0.2])
      expect(lineOf('create', {rows})).to.deep.equal({today: '0.080 / 0.090 / 0.200', verdict: 'reached'})
    })

    it('is not reached if one store is below it, also if another was not measured', () => {
      const rows = rowsOf('create', [0.09, 0.079])
      expect(lineOf('create', {rows})).to.deep.equal({today: '0.090 / 0.079 / -', verdict: 'not reached'})
    })

    it('is not measured if a store is missing and no other is below it', () => {
      const rows = rowsOf('create', [0.09, 0.09])
      expect(lineOf('create', {rows})).to.deep.equal({today: '0.090 / 0.090 / -', verdict: 'not measured'})
    })

    it('is not reached by answers that are refusals, however fast they are', () => {
      const rows = rowsOf('create', [0.9, 0.9, 0.9], {failed: 7})
      expect(lineOf('create', {rows}).verdict).to.equal('not reached')
      expect(lineOf('create', {rows}).today).to.contain('0.900 (7 failed)')
    })

    it('is not measured if the bare route did not answer', () => {
      const rows = rowsOf('create', [Number.POSITIVE_INFINITY, Number.NaN, 0.9])
      expect(lineOf('create', {rows})).to.deep.equal({today: '- / - / 0.900', verdict: 'not measured'})
    })

    it('counts only with 32 connections', () => {
      const rows = rowsOf('create', [0.9, 0.9, 0.9], {connections: 256})
      expect(lineOf('create', {rows})).to.deep.equal({today: '- / - / -', verdict: 'not measured'})
    })

    it('counts only for its own scenario', () => {
      const rows = rowsOf('create', [0.9, 0.9, 0.9])
      expect(lineOf('rotate', {rows})).to.deep.equal({today: '- / - / -', verdict: 'not measured'})
    })

    it('has a line of its own with several processes, which never counts for one process', () => {
      const rows = rowsOf('create', [0.09], {processes: 4})
      expect(lineOf('... with 4 processes: create', {rows})).to.deep.equal({today: '0.090', verdict: 'reached'})
      expect(lineOf('create', {rows})).to.deep.equal({today: '- / - / -', verdict: 'not measured'})
    })

    it('has no verdict without a goal', () => {
      const what = 'GET organizations while 4 create'
      expect(lineOf(what, {rows: rowsOf(what, [0.1, 0.1, 0.1])}).verdict).to.equal('')
    })
  })

  describe('a cost that must not grow', () => {
    for (const what of ['first page', 'walk by creation', 'walk by name']) {
      it(`of the ${what} is reached up to 1.5 times the cost on the smallest store`, () => {
        const rows = rowsOf(what, [0.06, 0.05, 0.04])
        expect(lineOf(what, {rows})).to.deep.equal({today: '1.20x (CPU 1.00x) / 1.50x (CPU 1.00x)', verdict: 'reached'})
      })

      it(`of the ${what} is not reached above it`, () => {
        const rows = rowsOf(what, [0.06, 0.06, 0.03])
        expect(lineOf(what, {rows})).to.deep.equal({
          today: '1.00x (CPU 1.00x) / 2.00x (CPU 1.00x)',
          verdict: 'not reached',
        })
      })
    }

    it('is not measured if the smallest store did not answer, and not reached if a larger one did not', () => {
      const [small, ...large] = rowsOf('first page', [0.06, 0.06, 0.06])
      const silent = (row: LoadRow | undefined) => ({...ROW, ...row, perSecond: 0, ratio: 0})
      expect(lineOf('first page', {rows: [silent(small), ...large]})).to.deep.equal({
        today: '- / -',
        verdict: 'not measured',
      })
      const {today, verdict} = lineOf('first page', {rows: [{...ROW, ...small}, ...large.map(silent)]})
      expect(verdict).to.equal('not reached')
      expect(today).to.contain('no answer')
    })

    it('is not measured if there is only one store', () => {
      const [line] = summarizeLoad({sizes: [1000], rows: rowsOf('first page', [0.05]), situations: null}).filter(
        ({what}) => what.startsWith('first page'),
      )
      expect(line).to.include({today: '-', verdict: 'not measured'})
    })

    it('is not measured if the smallest store is missing', () => {
      const rows = rowsOf('first page', [0.06, 0.06, 0.06]).slice(1)
      expect(lineOf('first page', {rows})).to.deep.equal({today: '- / -', verdict: 'not measured'})
    })
  })

  it('judges the path without the store by its p99 with one connection', () => {
    const what = '... while 256 create'
    const rowWith = (p99Ms: number) => rowsOf(what, [0.1], {p99Ms, connections: 1})
    const line = 'a path without the store'
    expect(lineOf(line, {rows: rowWith(19)})).to.deep.equal({
      today: '19 ms (with 32 connections -)',
      verdict: 'reached',
    })
    expect(lineOf(line, {rows: rowWith(20)}).verdict).to.equal('not reached')
    const silent = rowWith(0).map((row) => ({...row, perSecond: 0}))
    expect(lineOf(line, {rows: silent})).to.include({verdict: 'not reached'})
    expect(lineOf(line, {}).verdict).to.equal('not measured')
  })

  const FAULTS: {line: string; fault: Partial<Situations>; word: string}[] = [
    {
      line: 'reads while',
      fault: {foreignLock: {...SITUATIONS.foreignLock, answered: 499}},
      word: '499 of 500',
    },
    {
      line: 'reads while',
      fault: {foreignLock: {...SITUATIONS.foreignLock, longestMs: 2000}},
      word: 'longest 2000 ms',
    },
    {line: 'reads while', fault: {foreignLock: {...SITUATIONS.foreignLock, sent: 0, answered: 0}}, word: '0 of 0'},
    {
      line: 'one more connection',
      fault: {connections: {open: 1000, status: 'HTTP/1.1 401 Unauthorized', retryAfter: false}},
      word: '401',
    },
    {line: 'one more connection', fault: {connections: {open: 1000, status: '', retryAfter: false}}, word: 'no answer'},
    {line: 'SIGTERM', fault: {stopMs: 5000}, word: '5.0 s'},
    {line: 'delete', fault: {deletion: {...SITUATIONS.deletion, ended: 60_000}}, word: 'only 60000 ended'},
    {line: 'delete', fault: {deletion: {...SITUATIONS.deletion, refusedAfterFirstStep: false}}, word: 'NOT refused'},
    {
      line: 'delete',
      fault: {deletion: {...SITUATIONS.deletion, other: {made: 3, failed: 0, longestMs: 7000}}},
      word: 'longest 7000 ms',
    },
    {
      line: 'delete',
      fault: {deletion: {...SITUATIONS.deletion, other: {made: 3, failed: 1, longestMs: 10}}},
      word: '1 failed',
    },
  ]

  for (const line of ['reads while', 'one more connection', 'SIGTERM', 'delete']) {
    it(`reaches '${line} …' if all of it is as wanted, and has no verdict of it without a measurement`, () => {
      expect(lineOf(line, {situations: SITUATIONS}).verdict).to.equal('reached')
      expect(lineOf(line, {})).to.deep.equal({today: '-', verdict: 'not measured'})
    })
  }

  for (const {line, fault, word} of FAULTS) {
    it(`does not reach '${line} …' with ${word}`, () => {
      const {today, verdict} = lineOf(line, {situations: {...SITUATIONS, ...fault}})
      expect(verdict).to.equal('not reached')
      expect(today).to.contain(word)
    })
  }

  it('names the command for what it does not measure', () => {
    const {today, verdict} = lineOf('valid secrets', {situations: SITUATIONS})
    expect(verdict).to.equal('not measured')
    expect(today).to.contain('npm run test:heavy')
  })

  it('prints one line for each, and the sizes in the head', () => {
    const lines = summarizeLoad({sizes: SIZES, rows: rowsOf('create', [0.08, 0.09, 0.2]), situations: SITUATIONS})
    const [head, ...printed] = renderSummary(lines, SIZES).split('\n')
    expect(head).to.match(/^with 1,000 \/ 100,000 \/ 1,000,000 tokens +before +again +wanted +today$/)
    expect(printed).to.have.length(lines.length)
    expect(printed.find((line) => line.startsWith('create, '))).to.match(
      /^create, ratio to a bare route +0\.02 +0\.010 - 0\.011 +>= 0\.08 \(aim 0\.2\) +reached +0\.080 \/ 0\.090 \/ 0\.200$/,
    )
  })
})
