import {renderCells} from '../report.ts'
import type {LoadRow} from './measure-load.ts'
import type {SummaryLine} from './summarize-load.ts'

/** Return the table of a run: one line for each scenario, size and number of connections. */
export function renderLoad(rows: LoadRow[]): string {
  const cells = rows.map((row) => [
    row.processes === 1 ? row.what : `${row.what}, ${row.processes} processes`,
    row.tokens.toLocaleString('en'),
    String(row.connections),
    String(row.perSecond),
    row.ratio.toFixed(3),
    row.cpuRatio.toFixed(3),
    row.before,
    row.wanted,
    `${row.p50Ms} / ${row.p99Ms}`,
    `${row.loopP99Ms.toFixed(1)} / ${row.loopMaxMs}`,
    `${row.rssBeforeMib} / ${row.rssAfterMib}`,
    row.failed === 0 ? '' : `${row.failed} failed`,
  ])
  const head = ['against a bare Hono route', 'tokens', 'conn.', 'req/s', 'ratio', 'of CPU', 'before', 'wanted']
  return renderCells([[...head, 'p50 / p99 ms', 'loop p99 / max ms', 'MiB', ''], ...cells])
}

/** Return the table that a run ends with: before, wanted, and today. */
export function renderSummary(lines: SummaryLine[], sizes: number[]): string {
  const cells = lines.map(({what, before, beforeAgain, wanted, today, verdict}) => [
    what,
    before,
    beforeAgain,
    wanted,
    verdict,
    today,
  ])
  const head = [`with ${sizes.map((tokens) => tokens.toLocaleString('en')).join(' / ')} tokens`, 'before', 'again']
  return renderCells([[...head, 'wanted', '', 'today'], ...cells])
}
