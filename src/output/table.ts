import {escapeControl} from './escape.ts'

export interface Column<Row> {
  /** In upper case, as `CREATED`; names the column in both formats. */
  header: string
  value(row: Row): string
  /** Colours what a terminal shows of a value. Called after cutting and without the padding, so that no width changes. */
  style?(row: Row, text: string): string
  /** May be cut with `…` when the terminal is too narrow: a name or a description, never an id. */
  shrink?: boolean
  /** Left out at a terminal where nothing stands in it, as every column that may shrink. */
  optional?: boolean
  /**
   * At a terminal that is too narrow the column with the highest number goes first; with 0, only when cutting names short is not
   * enough; one without a number always stays.
   */
  dispensable?: number
}

export type TableOptions =
  /** Padded columns, two spaces apart, in lines of at most `width` columns of the terminal (`Infinity`: never cut). */
  | {format: 'terminal'; width: number; header?: boolean}
  /** One tab between values, nothing padded, cut or coloured: for a pipe. */
  | {format: 'tabs'; header?: boolean}

/** Knows texts without control characters as a terminal shows them. */
interface Ruler {
  /** How many columns the text takes. */
  measure(text: string): number
  /** What a reader takes for one character each. */
  characters(text: string): Iterable<string>
}

interface Cell {
  text: string
  width: number
}

const GAP = '  '
/** What shrinking leaves of a column as long as another one can be left out: enough for the name of a role. */
const SHRUNK_WIDTH_READABLE = 18
/** What shrinking leaves of it after that; when that is still too wide, lines are longer than the terminal. */
const SHRUNK_WIDTH_MIN = 6

/**
 * Lay rows out as lines joined by newlines, without one at the end. The header line comes first unless `header` is false, also
 * when there are no rows. Control characters in values are escaped. No line of a terminal ends in blanks.
 *
 * Asynchronous because a text beyond the common alphabets loads string-width, which took 100 ms here with its first use
 * (Intl.Segmenter and the expression for emoji). Tabs and ordinary names never load it.
 */
export async function renderTable<Row>(all: Column<Row>[], rows: Row[], options: TableOptions): Promise<string> {
  const given = options.format === 'terminal' ? withoutEmpty(all, rows) : all
  const values = rows.map((row) => given.map((column) => escapeControl(column.value(row))))
  const headers = options.header === false ? [] : [given.map((column) => column.header)]
  if (options.format === 'tabs') return [...headers, ...values].map((line) => line.join('\t')).join('\n')

  const texts = [...headers, ...values].map((line) => line.map((text) => text.trimEnd()))
  const ruler = await chooseRuler(texts)
  const measured = texts.map((line) => line.map((text) => ({text, width: ruler.measure(text)})))
  const {columns, lines} = dropUntilFits(given, measured, options.width)
  const widths = fitWidths(columns, lines, {terminalWidth: options.width, shrunkMin: SHRUNK_WIDTH_MIN})
  return lines
    .map((line, index) => {
      const row = rows[index - headers.length]
      const cut = line.map((cell, at) => cutCell(cell, widths[at] ?? cell.width, ruler))
      return row === undefined || index < headers.length
        ? joinCells(cut, widths)
        : joinCells(cut, widths, (text, at) => columns[at]?.style?.(row, text) ?? text)
    })
    .join('\n')
}

/** A person has no use for a column of names or descriptions in which nothing stands; a script counts on it. */
function withoutEmpty<Row>(columns: Column<Row>[], rows: Row[]): Column<Row>[] {
  return columns.filter(({shrink, optional, value}) => {
    return !(shrink || optional) || rows.length === 0 || rows.some((row) => value(row) !== '')
  })
}

/** Leave out what can be spared, one column after the other, until the lines are not longer than the terminal. */
function dropUntilFits<Row>(
  columns: Column<Row>[],
  lines: Cell[][],
  terminalWidth: number,
): {columns: Column<Row>[]; lines: Cell[][]} {
  const [spared] = columns.filter(isDispensable).sort((a, b) => b.dispensable - a.dispensable)
  const shrunkMin = spared ? SHRUNK_WIDTH_READABLE : SHRUNK_WIDTH_MIN
  const widths = fitWidths(columns, lines, {terminalWidth, shrunkMin})
  if (!spared || lineWidth(widths) <= terminalWidth) return {columns, lines}
  const keep = (_: unknown, at: number) => columns[at] !== spared
  return dropUntilFits(
    columns.filter(keep),
    lines.map((line) => line.filter(keep)),
    terminalWidth,
  )
}

function isDispensable<Row>(column: Column<Row>): column is Column<Row> & {dispensable: number} {
  return column.dispensable !== undefined
}

/** Latin, Greek, Cyrillic and their punctuation: one column a character, whatever stands beside it. */
const ONE_COLUMN_EACH =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u2010-\u2027]*$/

async function chooseRuler(lines: string[][]): Promise<Ruler> {
  if (lines.every((line) => line.every((text) => ONE_COLUMN_EACH.test(text)))) {
    return {measure: (text) => text.length, characters: (text) => text}
  }
  const {default: stringWidth} = await import('string-width')
  const segmenter = new Intl.Segmenter()
  return {
    measure: (text) => (ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text)),
    *characters(text) {
      for (const {segment} of segmenter.segment(text)) yield segment
    },
  }
}

/** The width of each column: its widest cell, and where the lines would be too long, the widest that may shrink give way first. */
function fitWidths<Row>(
  columns: Column<Row>[],
  lines: Cell[][],
  {terminalWidth, shrunkMin}: {terminalWidth: number; shrunkMin: number},
): number[] {
  const natural = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, line[at]?.width ?? 0), 0))
  const capped = (cap: number) => natural.map((width, at) => (columns[at]?.shrink ? Math.min(width, cap) : width))
  let cap = Math.max(shrunkMin, ...natural)
  while (cap > shrunkMin && lineWidth(capped(cap)) > terminalWidth) cap--
  return capped(cap)
}

function lineWidth(widths: number[]): number {
  return widths.reduce((total, each) => total + each, GAP.length * Math.max(0, widths.length - 1))
}

/** Cut between what a reader takes for characters; a wide one that does not fit leaves its column to the padding. */
function cutCell({text, width}: Cell, widthMax: number, ruler: Ruler): Cell {
  if (width <= widthMax) return {text, width}
  if (ONE_COLUMN_EACH.test(text)) return {text: `${text.slice(0, widthMax - 1)}…`, width: widthMax}
  let kept = {text: '', width: 0}
  for (const character of ruler.characters(text)) {
    const longer = {text: kept.text + character, width: kept.width + ruler.measure(character)}
    if (longer.width > widthMax - 1) break
    kept = longer
  }
  return {text: `${kept.text}…`, width: kept.width + 1}
}

/** Pad every cell but the last one that shows something. */
function joinCells(
  cells: Cell[],
  widths: number[],
  style: (text: string, at: number) => string = (text) => text,
): string {
  const last = cells.findLastIndex((cell) => cell.text !== '')
  return cells
    .slice(0, last + 1)
    .map((cell, at) => {
      const shown = cell.text === '' ? '' : style(cell.text, at)
      return at === last ? shown : shown + ' '.repeat(Math.max(0, (widths[at] ?? 0) - cell.width))
    })
    .join(GAP)
}
