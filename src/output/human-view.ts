import {relativeTime} from '../lib/relative-time.ts'
import type {Colors} from './colors.ts'
import {escapeControl} from './escape.ts'
import {type Column, renderTable} from './table.ts'
import {wrapWords} from './wrap-words.ts'

/**
 * Formats the result of a command as text: for a person at a terminal, or for a script that reads a
 * pipe.
 */
export interface HumanView {
  /** True at a terminal: relative times, aligned columns, colour. */
  terminal: boolean
  colors: Colors
  /** How many columns a line may have at a terminal. */
  width: number
  nowMs: number
  done(text: string): string
  /**
   * Return `2 hours ago` at a terminal, RFC 3339 in a pipe. For null, a time that never comes or
   * has not come, return `never` (default `-`). For undefined return `not reported`.
   */
  time(iso: string | null | undefined, never?: string): string
  table<Row>(columns: Column<Row>[], rows: Row[]): Promise<string>
  /** Return one line per pair of label and value. Pairs without a value are omitted. */
  facts(pairs: [label: string, value: string | null | undefined][]): string
}

interface HumanViewOptions {
  colors: Colors
  /** How many columns a line may have at a terminal. */
  width: number
  nowMs: number
  /** Whether tables begin with the names of their columns. */
  header: boolean
}

export function createHumanView(
  stream: {isTTY?: boolean},
  {colors, width, nowMs, header}: HumanViewOptions,
): HumanView {
  const terminal = stream.isTTY === true
  const wrap = (line: string, indent = '') => (terminal ? wrapWords(line, width, indent) : line)
  return {
    terminal,
    colors,
    width,
    nowMs,
    done: (text) => wrap(escapeControl(text)),
    time(iso, never = '-') {
      if (iso === undefined) return 'not reported'
      if (iso === null) return never
      return terminal ? relativeTime(Date.parse(iso), nowMs) : iso
    },
    table(columns, rows) {
      return renderTable(columns, rows, terminal ? {format: 'terminal', width, header} : {format: 'tabs', header})
    },
    facts(pairs) {
      const shown = pairs.flatMap(([label, value]) => (value ? [[escapeControl(label), value] as const] : []))
      const labelWidth = Math.max(0, ...shown.map(([label]) => label.length))
      const indent = ' '.repeat(labelWidth + 4)
      return shown
        .map(([label, value]) => wrap(`  ${label.padEnd(labelWidth)}  ${escapeControl(value)}`, indent))
        .join('\n')
    },
  }
}
