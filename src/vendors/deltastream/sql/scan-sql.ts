/** A part of a text that holds SQL. */
export interface Part {
  kind: 'space' | 'comment' | 'quoted' | 'terminator' | 'other'
  start: number
  /** The offset after it. */
  end: number
  /** False for a comment or a quote that has no end. Then it is the last part. */
  closed: boolean
}

/**
 * Yield the parts of any SQL of DeltaStream (contracts/deltastream.md, section 3), also of
 * statements that tokenry does not know. Doubled quotes within quotes yield two parts. White space
 * is what JavaScript regards as such, because the lexer of the real service is not known.
 *
 * The text is read once.
 */
export function* scanSql(text: string): Generator<Part> {
  let start = 0
  while (start < text.length) {
    const part = readPart(text, start)
    yield part
    start = part.end
  }
}

function readPart(text: string, start: number): Part {
  const first = text.charAt(start)
  const closed = true
  if (first === ';') return {kind: 'terminator', start, end: start + 1, closed}
  if (QUOTES.includes(first)) return closePart('quoted', {text, start, close: first, from: start + 1})
  if (text.startsWith('/*', start)) return closePart('comment', {text, start, close: '*/', from: start + 2})
  if (text.startsWith('--', start)) return {kind: 'comment', start, end: endOf(LINE, text, start), closed}
  const space = endOf(SPACE, text, start)
  if (space > start) return {kind: 'space', start, end: space, closed}
  // A single - or / begins no comment here.
  return {kind: 'other', start, end: Math.max(start + 1, endOf(OTHER, text, start)), closed}
}

const QUOTES = ['"', "'", '`']
const LINE = /[^\r\n]*/y
const SPACE = /\s*/y
const OTHER = /[^\s;"'`/-]*/y

interface Open {
  text: string
  start: number
  close: string
  /** Where the search for `close` begins. */
  from: number
}

function closePart(kind: Part['kind'], {text, start, close, from}: Open): Part {
  const found = text.indexOf(close, from)
  if (found < 0) return {kind, start, end: text.length, closed: false}
  return {kind, start, end: found + close.length, closed: true}
}

function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return start + (pattern.exec(text)?.[0].length ?? 0)
}
