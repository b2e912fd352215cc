import {DAY_MS, YEAR_MS} from '../../lib/duration.ts'
import {escapeControl} from '../../output/escape.ts'
import type {HumanView} from '../../output/human-view.ts'
import {estimateWidth} from '../../output/ruler.ts'
import {type Column, renderTable} from '../../output/table.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {colourEnd, markEnd, readEndState} from './ends.ts'

/**
 * The marks of the scale, from left to right and equally far apart. Most tokens end within days or
 * months, and a few within years, which a linear scale could not show together.
 */
export const MARKS: readonly {label: string; ms: number}[] = [
  {label: 'now', ms: 0},
  {label: '1d', ms: DAY_MS},
  {label: '7d', ms: 7 * DAY_MS},
  {label: '30d', ms: 30 * DAY_MS},
  {label: '90d', ms: 90 * DAY_MS},
  {label: '1y', ms: YEAR_MS},
  {label: '10y', ms: 10 * YEAR_MS},
]

const NAME_WIDTH_MAX = 24
const BAR_WIDTH_MIN = 14

type Row = Pick<TokenRecord, 'name' | 'expiresAt'>

/**
 * Return where an end is on the scale, from 0 (now, or before) to 1 (in 10 years, later or never).
 */
export function placeOnScale(expiresAt: string | null, nowMs: number): number {
  const steps = MARKS.length - 1
  const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return 0
  const next = MARKS.findIndex(({ms}) => leftMs <= ms)
  const [from, to] = [MARKS[next - 1], MARKS[next]]
  if (!from || !to) return 1
  return (next - 1 + (leftMs - from.ms) / (to.ms - from.ms)) / steps
}

/**
 * Return a bar for each token, from now to its end. Only ASCII, because not every terminal and no
 * pipe is sure to show more.
 */
export async function drawTimeline(tokens: readonly Row[], ui: HumanView): Promise<string> {
  const {width} = ui
  const names = tokens.map(({name}) => estimateWidth(escapeControl(name)))
  const nameWidth = Math.min(NAME_WIDTH_MAX, Math.max(4, ...names))
  const endWidth = Math.max(4, ...tokens.map((token) => describeEnd(token, ui).length))
  const barWidth = Math.max(BAR_WIDTH_MIN, width - nameWidth - endWidth - 4)
  const columns: Column<Row>[] = [
    {header: 'NAME', value: ({name}) => name, shrink: true},
    {
      header: drawMarks(barWidth),
      value: ({expiresAt}) => drawBar(expiresAt, {barWidth, nowMs: ui.nowMs}),
      style: (token, text) => colourEnd(token, text, ui),
    },
    {header: 'ENDS', value: (token) => describeEnd(token, ui)},
  ]
  return renderTable(columns, [...tokens], {format: 'terminal', width})
}

function drawBar(expiresAt: string | null | undefined, {barWidth, nowMs}: {barWidth: number; nowMs: number}): string {
  if (expiresAt === undefined) return '?'
  if (expiresAt === null) return `${'='.repeat(barWidth - 1)}>`
  const length = Math.round(placeOnScale(expiresAt, nowMs) * (barWidth - 1))
  return length === 0 ? '|' : `${'='.repeat(length)}|`
}

/** Return the scale. Marks that would touch the one before are left out. */
function drawMarks(barWidth: number): string {
  let line = ''
  for (const [index, {label}] of MARKS.entries()) {
    const at = Math.round((index / (MARKS.length - 1)) * (barWidth - 1))
    const start = Math.min(at, barWidth - label.length)
    if (line === '' || start > line.length) line = line.padEnd(start) + label
  }
  return line
}

/** Return the end in words. A pipe gets the time, too. */
export function describeEnd(token: Row, ui: HumanView): string {
  const {expiresAt} = token
  if (expiresAt === undefined || expiresAt === null) return readEndState(token, ui.nowMs)
  const mark = markEnd(token, ui.nowMs)
  const time = ui.time(expiresAt)
  return mark === '' ? time : `${mark === 'expired' ? 'expired' : 'soon,'} ${time}`
}
