import {escapeControl} from './escape.ts'
import {chooseRuler, ONE_COLUMN_EACH, type Ruler} from './ruler.ts'

export interface Column<Row> {
  /** In upper case, such as `CREATED`. Names the column in both formats. */
  header: string
  value(row: Row): string
  /**
   * Add colour to a cell at a terminal. Called after cutting and without the padding, so that no
   * width changes.
   */
  style?(row: Row, text: string): string
  /**
   * True if the value may be cut with `…` at a terminal that is too narrow: for a name or a
   * description, never for an id.
   */
  shrink?: boolean
  /** True if a terminal omits the column when it is empty, as for every column with `shrink`. */
  optional?: boolean
  /**
   * If the terminal is too narrow although names are cut to a readable width, the column with the
   * highest number is omitted first. A column without a number always stays.
   */
  dispensable?: number
}

export type TableOptions =
  /**
   * Padded columns, two spaces apart. Lines are at most `width` columns of the terminal long
   * (`Infinity`: never cut).
   */
  | {format: 'terminal'; width: number; header?: boolean}
  /** One tab between values, nothing padded, cut or coloured: for a pipe. */
  | {format: 'tabs'; header?: boolean}

interface Cell {
  text: string
  width: number
}

const GAP = '  '
/**
 * The minimum width of a cut column while another column can still be omitted: enough for the name
 * of a role.
 */
const SHRUNK_WIDTH_READABLE = 18
/** The minimum width after that. If lines are still too wide, they are longer than the terminal. */
const SHRUNK_WIDTH_MIN = 6

/**
 * Format rows as lines joined by newlines, without one at the end. The header line comes first
 * unless `header` is false, even if there are no rows. Control characters in values are escaped. At
 * a terminal no line ends in blanks.
 *
 * Asynchronous because a text beyond the common alphabets loads string-width, which took 100 ms
 * here at its first use (Intl.Segmenter and the expression for emoji). Tabs and ordinary names
 * never load it.
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

/**
 * Omit empty columns of names or descriptions. A person does not need them; a script does, so a
 * pipe keeps them.
 */
function withoutEmpty<Row>(columns: Column<Row>[], rows: Row[]): Column<Row>[] {
  return columns.filter(({shrink, optional, value}) => {
    return !(shrink || optional) || rows.length === 0 || rows.some((row) => value(row) !== '')
  })
}

/** Omit dispensable columns, one after the other, until the lines fit into the terminal. */
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

/**
 * Return the width of each column, which is that of its widest cell. If the lines would be too
 * long, the widest columns that may shrink are cut first.
 */
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

/**
 * Cut a cell between two characters as a reader sees them. If a wide character does not fit,
 * padding fills its column.
 */
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

/** Join the cells of a line. Every cell is padded, except the last one that is not empty. */
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
