import type {LoadRow} from './measure-load.ts'
import type {Situations} from './measure-situations.ts'

/** One line of the table that a run ends with. */
export interface SummaryLine {
  what: string
  /** The figure of the first version, commit 0ddf26d, as it was reported. */
  before: string
  /** Its figure on the machine of docs/scale.md, with this bench. */
  beforeAgain: string
  wanted: string
  /** The figures of this run, for stores of several sizes in their order. */
  today: string
  /** Empty if there is no goal. */
  verdict: Verdict
}

type Verdict = 'reached' | 'not reached' | 'not measured' | ''

interface Measured {
  /** The numbers of tokens of the run, the smallest first. */
  sizes: number[]
  rows: LoadRow[]
  /** Null if they were not measured. */
  situations: Situations | null
}

interface RatioGoal {
  what: string
  before: string
  beforeAgain?: string
  /** Absent if the ratio is only reported. */
  least?: number
  aim?: number
}

const RATIOS: RatioGoal[] = [
  {what: 'create', before: '0.02', beforeAgain: '0.010 - 0.011', least: 0.08, aim: 0.2},
  {what: 'rotate', before: '0.01', beforeAgain: '0.009 - 0.010', least: 0.05},
  {what: 'GET organizations', before: '0.13 with 256', beforeAgain: '0.11 - 0.14', least: 0.3},
  {what: 'POST /verify', before: '-', least: 0.4, aim: 0.7},
  {what: 'POST /verify, many tokens', before: '-', least: 0.4, aim: 0.7},
  {what: 'GET organizations while 4 create', before: '-'},
  {what: 'a bare route that reads JSON', before: '-'},
]

/** The scenarios whose ratio has a goal. */
export const RATIO_SCENARIOS = RATIOS.flatMap(({what, least}) => (least === undefined ? [] : [what]))

const GROWTHS = [
  {what: 'first page', before: '0.9, 2.1, 16 ms'},
  {what: 'walk by creation', before: 'quadratic'},
  {what: 'walk by name', before: 'quadratic'},
]

/** The number of connections of the ratios, unless a goal says another. */
const CONNECTIONS = 32
const GROWTH_MAX = 1.5
const P99_MAX_MS = 20
const STOP_MAX_MS = 5000
/** How long another process may wait for the lock while a workspace is deleted. */
const WAIT_MAX_MS = 1000
const MISSING = '-'

/** Compare a run with what was measured on the first version, and with what is wanted. */
export function summarizeLoad(measured: Measured): SummaryLine[] {
  return [
    summarizeForeignLock(measured),
    summarizeCrowd(measured),
    ...RATIOS.map((goal) => summarizeRatio(goal, measured)),
    ...RATIOS.map((goal) => summarizeSeveral(goal, measured)).filter((line) => line !== null),
    ...GROWTHS.map((goal) => summarizeGrowth(goal, measured)),
    summarizeWorkspacePage(measured),
    summarizeDeletion(measured),
    summarizeConnections(measured),
    summarizeStop(measured),
    {
      what: 'valid secrets that no one has, after kills',
      before: '19 of 2521 rotations',
      beforeAgain: '',
      wanted: 'none',
      today: 'npm run test:heavy -- --grep SIGKILLs',
      verdict: 'not measured',
    },
  ]
}

function summarizeForeignLock({situations}: Measured): SummaryLine {
  const {sent = 0, answered = 0, longestMs = 0, lockMs = 0} = situations?.foreignLock ?? {}
  return {
    what: 'reads while another process holds the write lock',
    before: '504 at 10, 20, 30 s',
    beforeAgain: '',
    wanted: 'all answered meanwhile',
    today: situations ? `${answered} of ${sent} answered, longest ${longestMs} ms, lock ${lockMs} ms` : MISSING,
    verdict: judge(situations && sent > 0 && answered === sent && longestMs < lockMs),
  }
}

function summarizeCrowd({sizes, rows}: Measured): SummaryLine {
  const [one, many] = [1, CONNECTIONS].map((connections) =>
    findRow(rows, {what: '... while 256 create', tokens: sizes[0], connections}),
  )
  const p99 = (row: LoadRow | undefined) => (row ? `${row.p99Ms} ms${describeFaults(row)}` : MISSING)
  return {
    what: 'a path without the store while 256 create, p99',
    before: 'loop stands 2400 ms',
    beforeAgain: 'loop p99 140 - 148 ms',
    wanted: `< ${P99_MAX_MS} ms`,
    today: `${p99(one)} (with ${CONNECTIONS} connections ${p99(many)})`,
    verdict: judge(one && isSound(one) && one.p99Ms < P99_MAX_MS),
  }
}

function summarizeRatio({what, before, beforeAgain = '', least, aim}: RatioGoal, {sizes, rows}: Measured): SummaryLine {
  const found = sizes.map((tokens) => findRow(rows, {what, tokens, connections: CONNECTIONS}))
  const goal = least === undefined ? 'reported' : `>= ${least}`
  return {
    what: `${what}, ratio to a bare route`,
    before,
    beforeAgain,
    wanted: aim === undefined ? goal : `${goal} (aim ${aim})`,
    today: found.map((row) => (row ? `${row.ratio.toFixed(3)}${describeFaults(row)}` : MISSING)).join(' / '),
    verdict: least === undefined ? '' : judgeAll(found, (row) => isSound(row) && row.ratio >= least),
  }
}

/** Several processes are measured on the smallest store only. Null if they were not measured. */
function summarizeSeveral(goal: RatioGoal, {sizes, rows}: Measured): SummaryLine | null {
  const row = rows.find(({what, processes}) => what === goal.what && processes > 1)
  if (!row) return null
  const [smallest = 0] = sizes
  const alone = {sizes: [smallest], rows: [{...row, processes: 1, tokens: smallest}], situations: null}
  const line = summarizeRatio(goal, alone)
  return {...line, what: `... with ${row.processes} processes: ${line.what}`, before: '', beforeAgain: ''}
}

/** The cost of a request is the inverse of its ratio to the bare route. */
function summarizeGrowth({what, before}: {what: string; before: string}, {sizes, rows}: Measured): SummaryLine {
  const [smallest, ...larger] = sizes.map((tokens) => findRow(rows, {what, tokens, connections: CONNECTIONS}))
  const costs = larger.map((row) => {
    const wall = (smallest?.ratio ?? 0) / (row?.ratio ?? 0)
    const cpu = (smallest?.cpuRatio ?? 0) / (row?.cpuRatio ?? 0)
    return row && smallest && isSound(smallest) ? {row, wall, cpu} : undefined
  })
  const texts = costs.map((cost) =>
    cost ? `${cost.wall.toFixed(2)}x (CPU ${cost.cpu.toFixed(2)}x)${describeFaults(cost.row)}` : MISSING,
  )
  return {
    what: `${what}, cost against the smallest store`,
    before,
    beforeAgain: '',
    wanted: `<= ${GROWTH_MAX}x`,
    today: texts.join(' / ') || MISSING,
    verdict: judgeAll(costs, ({row, wall}) => isSound(row) && wall <= GROWTH_MAX),
  }
}

function summarizeWorkspacePage({sizes, rows}: Measured): SummaryLine {
  const found = sizes.map((tokens) => findRow(rows, {what: 'page with workspaceId', tokens, connections: 1}))
  return {
    what: 'page with workspaceId, 1 connection, p50',
    before: '74 ms at 100 000',
    beforeAgain: '',
    wanted: 'reported',
    today: found.map((row) => (row ? `${row.p50Ms || '< 1'} ms${describeFaults(row)}` : MISSING)).join(' / '),
    verdict: '',
  }
}

function summarizeDeletion({situations}: Measured): SummaryLine {
  const line = {before: 'lock held for 7 s', beforeAgain: '', wanted: `in steps, others wait < ${WAIT_MAX_MS} ms`}
  if (!situations) return {...line, what: 'delete a workspace', today: MISSING, verdict: 'not measured'}
  const {tokens, ended, steps, seconds, longestStepMs, refusedAfterFirstStep, other} = situations.deletion
  const facts = [
    `${steps} steps in ${seconds} s, longest ${longestStepMs} ms`,
    `${other.made} writes of another process, longest ${other.longestMs} ms`,
    ...(other.failed === 0 ? [] : [`${other.failed} failed`]),
    ...(ended < tokens ? [`only ${ended} ended`] : []),
    refusedAfterFirstStep ? 'refused from step 1' : 'NOT refused from step 1',
  ]
  return {
    ...line,
    what: `delete a workspace with ${tokens.toLocaleString('en')} tokens`,
    today: facts.join('; '),
    verdict: judge(ended >= tokens && refusedAfterFirstStep && other.failed === 0 && other.longestMs < WAIT_MAX_MS),
  }
}

function summarizeConnections({situations}: Measured): SummaryLine {
  const {open = 0, status = '', retryAfter = false} = situations?.connections ?? {}
  const answer = `${status || 'no answer'}${retryAfter ? ', Retry-After' : ''}`
  return {
    what: 'one more connection than the limit',
    before: 'no limit',
    beforeAgain: '',
    wanted: '503 with Retry-After',
    today: situations ? `${answer} after ${open}` : MISSING,
    verdict: judge(situations && retryAfter && status.includes(' 503')),
  }
}

function summarizeStop({situations}: Measured): SummaryLine {
  return {
    what: 'SIGTERM with an unfinished body',
    before: '10 s',
    beforeAgain: '',
    wanted: `ends within ${STOP_MAX_MS / 1000} s`,
    today: situations ? `${(situations.stopMs / 1000).toFixed(1)} s` : MISSING,
    verdict: judge(situations && situations.stopMs < STOP_MAX_MS),
  }
}

/** Return the verdict. Null and undefined mean that there is no figure. */
function judge(reached: boolean | null | undefined): Verdict {
  if (reached === null || reached === undefined) return 'not measured'
  return reached ? 'reached' : 'not reached'
}

/** A goal is reached if it is reached on every store. A missing figure leaves that open. */
function judgeAll<T>(found: (T | undefined)[], isReached: (row: T) => boolean): Verdict {
  if (found.some((row) => row !== undefined && !isReached(row))) return 'not reached'
  return found.length === 0 || found.includes(undefined) ? 'not measured' : 'reached'
}

/** Find a row. One whose bare route did not answer in its time has no ratio, and is none. */
function findRow(
  rows: LoadRow[],
  {what, tokens, connections}: {what: string; tokens: number | undefined; connections: number},
): LoadRow | undefined {
  const found = rows.filter(
    (row) => row.what === what && row.tokens === tokens && row.connections === connections && row.processes === 1,
  )
  return found.find(({ratio}) => Number.isFinite(ratio))
}

/** Return whether every request was answered as it should be, and at least one was. */
function isSound({failed, perSecond}: LoadRow): boolean {
  return failed === 0 && perSecond > 0
}

function describeFaults({failed, perSecond}: LoadRow): string {
  if (failed > 0) return ` (${failed} failed)`
  return perSecond === 0 ? ' (no answer)' : ''
}
