import {scanSql} from './scan-sql.ts'

/**
 * Split a text into its statements, each as typed, with its `;` and with the comments before and in
 * it, but without the white space around it. What holds only white space and comments is left out.
 *
 * A quote or a comment without an end belongs to the last statement, and is never left out: the
 * service then refuses it.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = []
  let start = 0
  let end = 0
  let isEmpty = true
  for (const part of scanSql(text)) {
    if (part.kind === 'space') continue
    if (end === start) start = part.start
    end = part.end
    if (part.kind === 'terminator') {
      if (!isEmpty) statements.push(text.slice(start, end))
      start = end
      isEmpty = true
    } else if (part.kind !== 'comment' || !part.closed) isEmpty = false
  }
  if (!isEmpty) statements.push(text.slice(start, end))
  return statements
}

/** What is known of a text from the lines of it that were read. */
interface LinesRead {
  /** Whether a `;` ends the last statement, and only white space and comments follow it. */
  isEnded: boolean
  /** What ends the quote or the comment that is open; null if none is. */
  awaits: string | null
}

export const NO_LINES: LinesRead = {isEnded: false, awaits: null}

/**
 * Return what is known after one more line, which is all that is read: a person may paste
 * thousands. No quote of two characters, and no mark of a comment, goes over the end of a line.
 */
export function readLine(read: LinesRead, line: string): LinesRead {
  let {isEnded, awaits} = read
  let rest = line
  if (awaits !== null) {
    const found = line.indexOf(awaits)
    if (found < 0) return read
    rest = line.slice(found + awaits.length)
    awaits = null
  }
  for (const {kind, start, closed} of scanSql(rest)) {
    if (kind === 'terminator') isEnded = true
    else if (kind === 'quoted' || kind === 'other') isEnded = false
    if (!closed) awaits = kind === 'comment' ? '*/' : rest.charAt(start)
  }
  return {isEnded, awaits}
}

/** Return whether the last statement is whole. A prompt reads another line if not. */
export function isComplete({isEnded, awaits}: LinesRead): boolean {
  return isEnded && awaits === null
}
