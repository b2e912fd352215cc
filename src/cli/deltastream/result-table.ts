import {isTimeType, type StatementResult} from '../../operations/deltastream/statement-result.ts'
import {escapeControl} from '../../output/escape.ts'
import {chooseRuler, type Ruler} from '../../output/ruler.ts'

/** The only column that is wrapped, and its width. */
const WRAPPED_COLUMN = 'summary'
const WRAPPED_WIDTH = 40

interface TextColumn {
  header: string
  /** The lines of each cell, by row. */
  cells: string[][]
  /** Of the text, without the blank on each side. */
  width: number
}

/**
 * Format a result as the command line of DeltaStream does, for a terminal and a pipe alike. The
 * rules are in contracts/deltastream.md, section 5.2. Control characters are escaped. Every line
 * ends in a newline. A result without columns is an empty text.
 */
export async function renderResultTable({columns, rows}: StatementResult): Promise<string> {
  if (columns.length === 0) return ''
  const headers = columns.map(({name}) => escapeControl(name))
  const cells = rows.map((row) => columns.map(({type}, at) => formatCell(row[at] ?? null, type)))
  const ruler = await chooseRuler([headers, ...cells])
  const shown = headers.map((header, at) =>
    layOutColumn(
      header,
      cells.map((row) => row[at] ?? ''),
      ruler,
    ),
  )
  return drawTable(shown, rows.length, ruler)
}

function formatCell(cell: string | null, type: string): string {
  if (cell === null) return '<null>'
  return escapeControl(isTimeType(type) ? formatTime(cell) : cell)
}

/**
 * Return `2024-07-11 20:38:32 +0000 UTC` for an RFC 3339 time in UTC, and any other text as it is.
 */
function formatTime(text: string): string {
  return text.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z$/, '$1 $2 +0000 UTC')
}

function layOutColumn(header: string, texts: string[], ruler: Ruler): TextColumn {
  const isWrapped = header.toLowerCase() === WRAPPED_COLUMN
  const cells = texts.map((text) => (isWrapped ? wrapWords(text, ruler) : [text]))
  const widest = cells.flat().reduce((width, line) => Math.max(width, ruler.measure(line)), 0)
  const natural = Math.max(ruler.measure(header) + 1, widest)
  return {header, cells, width: isWrapped ? WRAPPED_WIDTH : natural}
}

/** Break a text between words into lines of at most `WRAPPED_WIDTH`. A longer word is cut. */
function wrapWords(text: string, ruler: Ruler): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => cutWord(each, ruler))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (ruler.measure(longer) <= WRAPPED_WIDTH) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function cutWord(word: string, ruler: Ruler): string[] {
  if (ruler.measure(word) <= WRAPPED_WIDTH) return [word]
  const pieces = ['']
  for (const character of ruler.characters(word)) {
    const longer = `${pieces.at(-1) ?? ''}${character}`
    if (ruler.measure(longer) <= WRAPPED_WIDTH) pieces[pieces.length - 1] = longer
    else pieces.push(character)
  }
  return pieces
}

function drawTable(columns: TextColumn[], rowCount: number, ruler: Ruler): string {
  const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - ruler.measure(text)))
  const rule = (fill: string) => `+${columns.map(({width}) => fill.repeat(width + 2)).join('+')}+`
  const line = (texts: string[]) => `|${columns.map(({width}, at) => pad(texts[at] ?? '', width + 2)).join('|')}|`
  const drawRow = (row: number) => {
    const height = Math.max(...columns.map(({cells}) => cells[row]?.length ?? 0))
    const lines = Array.from({length: height}, (_, at) => line(columns.map(({cells}) => ` ${cells[row]?.[at] ?? ''}`)))
    return [...lines, rule('-')]
  }
  const body = Array.from({length: rowCount}, (_, row) => drawRow(row)).flat()
  const drawn = [rule('-'), line(columns.map(({header}) => `  ${header}`)), rule('='), ...body]
  return `${drawn.join('\n')}\n`
}
