import {relativeTime} from '../lib/relative-time.ts'
import type {Colors} from './colors.ts'
import {escapeControl} from './escape.ts'
import {type Column, renderTable} from './table.ts'

/** How a command words its result for people: on a terminal, or in a pipe where a script reads it. */
export interface HumanView {
  /** Whether a person looks at it: relative times, aligned columns, colour. */
  terminal: boolean
  colors: Colors
  nowMs: number
  done(text: string): string
  /**
   * `2 hours ago` for a person, RFC 3339 in a pipe; `never` for null, a time that never comes or has
   * not come; `not reported` for undefined.
   */
  time(iso: string | null | undefined, never?: string): string
  table<Row>(columns: Column<Row>[], rows: Row[]): Promise<string>
  /** Labels and values, one pair a line; pairs without a value are left out. */
  facts(pairs: [label: string, value: string | null | undefined][]): string
}

const WIDTH_DEFAULT = 80

interface HumanViewOptions {
  colors: Colors
  nowMs: number
  /** Whether tables begin with the names of their columns. */
  header: boolean
}

export function createHumanView(
  stream: {isTTY?: boolean; columns?: number},
  {colors, nowMs, header}: HumanViewOptions,
): HumanView {
  const terminal = stream.isTTY === true
  return {
    terminal,
    colors,
    nowMs,
    done: (text) => escapeControl(text),
    time(iso, never = '-') {
      if (iso === undefined) return 'not reported'
      if (iso === null) return never
      return terminal ? relativeTime(Date.parse(iso), nowMs) : iso
    },
    table(columns, rows) {
      const width = stream.columns || WIDTH_DEFAULT
      return renderTable(columns, rows, terminal ? {format: 'terminal', width, header} : {format: 'tabs', header})
    },
    facts(pairs) {
      const shown = pairs.flatMap(([label, value]) => (value ? [[escapeControl(label), value] as const] : []))
      const labelWidth = Math.max(0, ...shown.map(([label]) => label.length))
      return shown.map(([label, value]) => `  ${label.padEnd(labelWidth)}  ${escapeControl(value)}`).join('\n')
    },
  }
}
