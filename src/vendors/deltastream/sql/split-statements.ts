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

/**
 * Return whether the last statement ends with a `;`, which only white space and comments follow. A
 * prompt reads another line if not.
 */
export function isComplete(text: string): boolean {
  let complete = false
  for (const {kind, closed} of scanSql(text)) {
    if (kind === 'terminator') complete = true
    else if (!closed || kind === 'quoted' || kind === 'other') complete = false
  }
  return complete
}
