import {cpus, totalmem} from 'node:os'
import type {Samples} from './measure.ts'
import type {ParseRow} from './parse-sql.ts'
import type {ScaleRow} from './scale.ts'

interface Target {
  /** The name of the row in design.md, section 8, and docs/start-up.md. */
  what: string
  scenario: string
  /** The scenario that the result is divided by. */
  baseline: string
  unit: 'wall' | 'memory'
  /** Absent for a row that only explains another row. */
  budget?: number
  aim?: number
  /** Whether a run without the scenario is expected. */
  optional?: boolean
}

const TARGETS: Target[] = [
  {what: 'create against node -e 0', scenario: 'create', baseline: 'node', unit: 'wall', budget: 2.5, aim: 1.6},
  {
    what: 'create against a bare oclif command',
    scenario: 'create',
    baseline: 'bare',
    unit: 'wall',
    budget: 1.25,
    aim: 1.1,
  },
  {what: '… whose code is kept in the same way', scenario: 'create', baseline: 'bare, kept', unit: 'wall'},
  {what: '--version against node -e 0', scenario: 'version', baseline: 'node', unit: 'wall', budget: 2.5, aim: 1.5},
  {what: '--help against node -e 0', scenario: 'help', baseline: 'node', unit: 'wall', budget: 2.5, aim: 1.5},
  {
    what: 'list 10 000 as JSON against a script that does only that',
    scenario: 'list',
    baseline: 'plain list',
    unit: 'wall',
    budget: 1.25,
    aim: 1.1,
  },
  {what: '… against node -e 0', scenario: 'list', baseline: 'node', unit: 'wall'},
  {what: '… that script against node -e 0', scenario: 'plain list', baseline: 'node', unit: 'wall'},
  {
    what: 'create over HTTP against node -e 0',
    scenario: 'create over HTTP',
    baseline: 'node',
    unit: 'wall',
    budget: 3,
    aim: 2,
  },
  {
    what: '… against the astro binary (ASTRO_BIN)',
    scenario: 'create over HTTP',
    baseline: 'astro create',
    unit: 'wall',
    budget: 3,
    aim: 1.5,
    optional: true,
  },
  {
    what: '… that binary against node -e 0',
    scenario: 'astro create',
    baseline: 'node',
    unit: 'wall',
    optional: true,
  },
  {
    what: '… against a script that sends the same requests',
    scenario: 'create over HTTP',
    baseline: 'plain create',
    unit: 'wall',
  },
  {what: '… that script against node -e 0', scenario: 'plain create', baseline: 'node', unit: 'wall'},
  {what: 'list 10 000 over HTTP against node -e 0', scenario: 'list over HTTP', baseline: 'node', unit: 'wall'},
  {what: 'create, peak memory', scenario: 'create', baseline: 'node', unit: 'memory', budget: 1.8},
  {what: 'list 10 000 as JSON, peak memory', scenario: 'list', baseline: 'node', unit: 'memory', budget: 3},
  {what: 'create over HTTP, peak memory', scenario: 'create over HTTP', baseline: 'node', unit: 'memory'},
  {what: 'list 10 000 over HTTP, peak memory', scenario: 'list over HTTP', baseline: 'node', unit: 'memory'},
]

/** The scenarios whose time is compared with the times of the server. */
const SERVED = ['create over HTTP', 'list over HTTP']

export interface Row {
  what: string
  /** `ms` of wall time, `MiB` of memory. */
  unit: 'ms' | 'MiB'
  median: number
  minimum: number
  runs: number
  /** Median of the ratios within each round, which other load on the machine affects least. */
  ratio: number
  ratioOfMinima: number
  budget: number | null
  aim: number | null
}

export interface ServedRow {
  what: string
  requests: number
  /** Medians: of the whole process, and of the sum of the server's own times. */
  wallMs: number
  serverMs: number
  /** Median of the ratios of the two. */
  ratio: number
}

export interface Results {
  machine: ReturnType<typeof describeMachine>
  rows: Row[]
  served: ServedRow[]
  /**
   * How many statements one create and one rotate send to the database, including BEGIN and COMMIT.
   */
  statements: Record<string, number>
  scale: ScaleRow[]
  /** Times for 1 MiB of DeltaStream's SQL. */
  parse: ParseRow[]
}

/** Limits from design.md, section 8. */
const STATEMENTS_MAX = {create: 12, rotate: 18}

/** For 1 MiB of SQL, in milliseconds. */
const PARSE_MS_MAX = 1000

/**
 * Describe this machine as far as a reader needs it to judge the figures. Nothing identifies its
 * owner.
 */
export function describeMachine() {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
  }
}

export function summarize(samples: Map<string, Samples>): Row[] {
  const targets = TARGETS.filter(({scenario, baseline, optional}) => {
    return !optional || (samples.has(scenario) && samples.has(baseline))
  })
  return targets.map(({what, scenario, baseline, unit, budget = null, aim = null}) => {
    const values = valuesOf(samples, scenario, unit)
    const base = valuesOf(samples, baseline, unit)
    return {
      what,
      unit: unit === 'wall' ? 'ms' : 'MiB',
      median: rounded(median(values)),
      minimum: rounded(Math.min(...values)),
      runs: values.length,
      ratio: rounded(median(values.map((value, round) => value / (base[round] ?? Number.NaN)))),
      ratioOfMinima: rounded(Math.min(...values) / Math.min(...base)),
      budget,
      aim,
    }
  })
}

/** Compare the time of a program with what the server itself took for its requests. */
export function summarizeServed(samples: Map<string, Samples>): ServedRow[] {
  return SERVED.map((what) => {
    const {wallMs = [], served = []} = samples.get(what) ?? {}
    return {
      what,
      requests: Math.max(...served.map(({requests}) => requests)),
      wallMs: rounded(median(wallMs)),
      serverMs: rounded(median(served.map(({ms}) => ms))),
      ratio: rounded(median(wallMs.map((ms, round) => ms / (served[round]?.ms ?? Number.NaN)))),
    }
  })
}

export function renderResults(results: Results): string {
  const parts = [renderStarts, renderServed, renderStatements, renderScale, renderParse]
  return parts.map((render) => render(results)).join('\n\n')
}

function renderServed({served}: Results): string {
  const cells = served.map(({what, requests, wallMs, serverMs, ratio}) => [
    what,
    String(requests),
    `${wallMs.toFixed(1)} ms`,
    `${serverMs.toFixed(1)} ms`,
    `${ratio.toFixed(2)}×`,
  ])
  return renderCells([["against the server's own times", 'requests', 'process', 'server', 'ratio'], ...cells])
}

function renderStatements({statements}: Results): string {
  const cells = Object.entries(statements).map(([what, count]) => {
    const max = STATEMENTS_MAX[what.startsWith('create') ? 'create' : 'rotate']
    return [what, String(count), String(max), count <= max ? 'within budget' : 'over budget']
  })
  return renderCells([['SQL statements, with BEGIN and COMMIT', '', 'budget', ''], ...cells])
}

function renderScale({scale}: Results): string {
  const [first] = scale
  const calls = Object.keys(first?.ratios ?? {})
  const cells = calls.map((call) => [
    call,
    `${first?.smallMs[call]?.toFixed(2)} ms`,
    ...scale.map(({ratios}) => `${ratios[call]?.toFixed(2)}×`),
  ])
  return renderCells([['against a small store', 'small', ...scale.map(({store}) => store)], ...cells])
}

function renderParse({parse}: Results): string {
  const cells = parse.map(({what, statements, ms}) => [
    what,
    String(statements),
    `${ms} ms`,
    `${PARSE_MS_MAX} ms`,
    ms <= PARSE_MS_MAX ? 'within budget' : 'over budget',
  ])
  return renderCells([['1 MiB of DeltaStream SQL', 'statements', 'parsed in', 'budget', ''], ...cells])
}

function renderStarts({machine, rows}: Results): string {
  const {node, platform, cores, memoryGib} = machine
  const cells = rows.map((row) => [
    row.what,
    `${row.median.toFixed(1)} ${row.unit}`,
    `${row.ratio.toFixed(2)}×`,
    `${row.ratioOfMinima.toFixed(2)}×`,
    row.budget === null ? '' : `${row.budget}×`,
    row.aim === null ? '' : `${row.aim}×`,
    judge(row),
  ])
  const table = [['', 'median', 'ratio', 'of minima', 'budget', 'aim', ''], ...cells]
  const title = `Node ${node}, ${platform}, ${cores} cores, ${memoryGib} GiB, ${rows[0]?.runs} runs in turn`
  return `${title}\n\n${renderCells(table)}`
}

export function renderCells(table: string[][]): string {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length))) ?? []
  const lines = table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}

function judge({ratio, budget, aim}: Row): string {
  if (budget === null) return ''
  if (ratio > budget) return 'over budget'
  return ratio <= (aim ?? budget) ? 'met' : 'within budget'
}

function valuesOf(samples: Map<string, Samples>, name: string, unit: Target['unit']): number[] {
  const found = samples.get(name)
  if (!found) throw new Error(`Nothing was measured under the name ${name}`)
  return unit === 'wall' ? found.wallMs : found.peakMib
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
