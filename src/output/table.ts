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
   * True if the value may be cut with `…` at a terminal that is too narrow: a name, for example.
   */
  shrink?: boolean
  /** True for an id. It is cut if nothing else makes the lines fit: a name also finds the thing. */
  id?: boolean
  /** What a terminal shows instead if it is too narrow: the name for an id. */
  narrow?(row: Row): string
  /** True if a terminal omits the column when it is empty, as for every column with `shrink`. */
  optional?: boolean
  /**
   * If the terminal is too narrow although names are cut to a readable width, the column with the
   * highest number is omitted first.
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
 * The widths to which columns of names are cut: while another column can still be omitted, and
 * after that. The first is enough for the name of a role.
 */
const NAME_WIDTH_READABLE = 18
const NAME_WIDTH_MIN = 6
/** The width to which ids are cut: the first characters still tell them apart. */
const ID_WIDTH_MIN = 9
/** Of any column, in a window that is too narrow for everything else. */
const CELL_WIDTH_MIN = 3
/** Columns that are never omitted. */
const PINNED = 2

/**
 * Format rows as lines joined by newlines, without one at the end. The header line comes first
 * unless `header` is false; in a pipe even if there are no rows. Control characters in values are
 * escaped. At a terminal no line ends in blanks, and none is longer than the window.
 *
 * Asynchronous because a text beyond the common alphabets loads string-width, which took 100 ms
 * here at its first use (Intl.Segmenter and the expression for emoji). Tabs and ordinary names
 * never load it.
 */
export async function renderTable<Row>(all: Column<Row>[], rows: Row[], options: TableOptions): Promise<string> {
  const given = options.format === 'terminal' ? withoutEmpty(all, rows) : all
  if (options.format === 'terminal' && rows.length === 0) return ''
  const values = rows.map((row) => given.map((column) => escapeControl(column.value(row))))
  const headers = options.header === false ? [] : [given.map((column) => column.header)]
  if (options.format === 'tabs') return [...headers, ...values].map((line) => line.join('\t')).join('\n')

  const texts = [...headers, ...values].map((line) => line.map((text) => text.trimEnd()))
  const ruler = await chooseRuler(texts)
  const measured = texts.map((line) => line.map((text) => ({text, width: ruler.measure(text)})))
  const terminalWidth = Number.isNaN(options.width) ? Number.POSITIVE_INFINITY : options.width
  const isNarrow = measured.some((line) => lineWidth(line.map(({width}) => width)) > terminalWidth)
  if (isNarrow && given.some(({narrow}) => narrow)) return renderTable(given.map(toNarrow), rows, options)
  const {columns, lines, widths} = fitIntoTerminal(given, measured, terminalWidth)
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

function toNarrow<Row>({narrow, ...column}: Column<Row>): Column<Row> {
  return narrow ? {...column, value: narrow, id: false, shrink: true} : column
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

/**
 * Return the columns and their widths at which no line is longer than the terminal. The least loss
 * comes first: names are cut as long as they can be read, dispensable columns are omitted, ids are
 * shortened, and last every column is cut.
 */
function fitIntoTerminal<Row>(
  columns: Column<Row>[],
  lines: Cell[][],
  terminalWidth: number,
): {columns: Column<Row>[]; lines: Cell[][]; widths: number[]} {
  const isName = ({shrink}: Column<Row>) => shrink === true
  const isId = ({id}: Column<Row>) => id === true
  const natural = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, line[at]?.width ?? 0), 0))
  const cut = (widths: number[], mayCut: (column: Column<Row>) => boolean, min: number) =>
    cutWidest(widths, {mayCut: columns.map(mayCut), min, terminalWidth})
  const readable = cut(natural, isName, NAME_WIDTH_READABLE)
  if (lineWidth(readable) <= terminalWidth) return {columns, lines, widths: readable}
  const [spared] = columns.filter(isDispensable).sort((a, b) => b.dispensable - a.dispensable)
  const cramped = cut(cut(readable, isName, NAME_WIDTH_MIN), isId, ID_WIDTH_MIN)
  const widths = spared ? readable : cut(cramped, () => true, CELL_WIDTH_MIN)
  if (!spared && (lineWidth(widths) <= terminalWidth || columns.length <= PINNED)) return {columns, lines, widths}
  const omitted = spared ?? columns.at(-1)
  const keep = (_: unknown, at: number) => columns[at] !== omitted
  return fitIntoTerminal(
    columns.filter(keep),
    lines.map((line) => line.filter(keep)),
    terminalWidth,
  )
}

/** Cut the widest of some columns until the lines fit, or until these columns have this width. */
function cutWidest(
  widths: number[],
  {mayCut, min, terminalWidth}: {mayCut: boolean[]; min: number; terminalWidth: number},
): number[] {
  const capped = (cap: number) => widths.map((width, at) => (mayCut[at] ? Math.min(width, cap) : width))
  let cap = Math.max(min, ...widths)
  while (cap > min && lineWidth(capped(cap)) > terminalWidth) cap--
  return capped(cap)
}

function isDispensable<Row>(column: Column<Row>): column is Column<Row> & {dispensable: number} {
  return column.dispensable !== undefined
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
