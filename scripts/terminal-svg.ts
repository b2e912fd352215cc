/** The look of a run of characters. */
interface Style {
  color?: string | undefined
  bold?: boolean
  dim?: boolean
}

interface Run {
  text: string
  style: Style
}

interface Terminal {
  title: string
  columns: number
  /** Text with ANSI colours. */
  lines: string[]
}

const FONT_SIZE = 14
const CHAR_WIDTH = 8.43
const LINE_HEIGHT = 20
const PADDING = 18
const BAR_HEIGHT = 34

const BACKGROUND = '#16191f'
const TEXT = '#d5dae3'
/**
 * The sixteen colours of a terminal, for our own dark background: the picture looks the same on a
 * light and on a dark page.
 */
const PALETTE = [
  '#3b4252 #ff7b72 #7ee08a #e8c468 #79b8ff #d2a8ff #67d4d9 #d5dae3',
  '#808a99 #ffa198 #a5f0ad #f5dd96 #a5d0ff #e2c5ff #98e8ec #ffffff',
].flatMap((row) => row.split(' '))
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence of a colour begins with one.
const SGR = /\u001b\[([\d;]*)m/
const DOTS = ['#ff6159', '#ffbe2f', '#2aca44']

/** Return a picture of a terminal, as SVG. It needs only a monospace font of the reader. */
export function renderTerminal({title, columns, lines}: Terminal): string {
  const width = Math.ceil(columns * CHAR_WIDTH + 2 * PADDING)
  const height = BAR_HEIGHT + lines.length * LINE_HEIGHT + PADDING
  const dots = DOTS.map((fill, index) => `<circle cx="${PADDING + 6 + index * 20}" cy="17" r="6" fill="${fill}"/>`)
  const rows = readLines(lines).map((runs, index) => renderLine(runs, BAR_HEIGHT + (index + 0.75) * LINE_HEIGHT))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeText(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${BACKGROUND}"/>`,
    ...dots,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${TEXT}" xml:space="preserve">`,
    ...rows.filter(Boolean),
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

/**
 * Return one text element. Each run is placed by its column, because fonts differ in width and
 * columns must stay aligned.
 */
function renderLine(runs: Run[], y: number): string {
  let column = 0
  const spans: string[] = []
  for (const {text, style} of runs) {
    // Place each word by itself, so that a table stays aligned if the reader's font is wider or
    // narrower.
    for (const {0: word, index} of text.matchAll(/\S+(?: \S+)*/g)) {
      const start = column + [...text.slice(0, index)].length
      const length = [...word].length * CHAR_WIDTH
      const place = `x="${round(PADDING + start * CHAR_WIDTH)}" textLength="${round(length)}"`
      spans.push(`<tspan ${place}${attributesOf(style)}>${escapeText(word)}</tspan>`)
    }
    column += [...text].length
  }
  return spans.length === 0 ? '' : `<text y="${round(y)}">${spans.join('')}</text>`
}

/** Return the runs of each line. A style stays until it changes, also past the end of a line. */
function readLines(lines: string[]): Run[][] {
  let style: Style = {}
  return lines.map((line) => {
    const runs: Run[] = []
    // Text at even indexes, SGR codes at odd ones.
    for (const [index, part] of line.split(SGR).entries()) {
      if (index % 2 === 1) style = part.split(';').reduce(applySgr, style)
      else if (part !== '') runs.push({text: part, style})
    }
    return runs
  })
}

function applySgr(style: Style, code: string): Style {
  const number = Number(code)
  if (number === 0) return {}
  if (number === 1) return {...style, bold: true}
  if (number === 2) return {...style, dim: true}
  if (number === 22) return {...style, bold: false, dim: false}
  const color = colorOf(number)
  if (color !== undefined) return {...style, color}
  if (number === 39) return {...style, color: undefined}
  // The background is ours.
  if (number === 49) return style
  throw new Error(`The picture does not know the ANSI code ${code}`)
}

function colorOf(code: number): string | undefined {
  if (code >= 30 && code <= 37) return PALETTE[code - 30]
  if (code >= 90 && code <= 97) return PALETTE[code - 90 + 8]
  return undefined
}

function attributesOf({color, bold, dim}: Style): string {
  return [
    color === undefined ? '' : ` fill="${color}"`,
    bold ? ' font-weight="bold"' : '',
    dim ? ' fill-opacity="0.65"' : '',
  ].join('')
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
