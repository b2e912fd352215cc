import {isAbsolute} from 'node:path'
import {AppError} from '../../errors/app-error.ts'

/** A piece of a line: white space, a part in quotes, an escaped character, or other text. */
const PIECE = /([ \t\n]+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^ \t\n'"\\]+)/gsy

/**
 * Split a command as a POSIX shell splits a line, and return the program and its arguments. Quotes
 * and backslashes mean what they mean there. Nothing is expanded, and operators such as `|` are
 * ordinary text. No message contains a part of the line, except the name of a variable.
 *
 * @throws AppError CONFIG if a quote is not closed, if nothing follows a backslash, or if the line
 * begins with no program or with a relative path
 */
export function splitCommand(line: string): [program: string, ...args: string[]] {
  const words: string[] = []
  let word: string | null = null
  let end = 0
  for (const [piece, space, single, double, escaped, plain] of line.matchAll(PIECE)) {
    end += piece.length
    if (space !== undefined) {
      if (word !== null) words.push(word)
      word = null
    } else if (escaped !== '\n') {
      // A backslash at the end of a line continues it.
      word = (word ?? '') + (single ?? (double === undefined ? undefined : unescapeQuoted(double)) ?? escaped ?? plain)
    }
  }
  if (end < line.length) throw unbalanced(line.charAt(end))
  if (word !== null) words.push(word)
  const [program, ...args] = words
  if (!program) throw new AppError('CONFIG', 'The credential command is empty', {hint: EXAMPLE})
  refuseAssignment(program)
  refuseRelative(program)
  return [program, ...args]
}

const EXAMPLE = "Name a program that prints the token, such as: 'op read op://vault/item/token'"

/** In double quotes a backslash escapes only these. */
function unescapeQuoted(text: string): string {
  return text.replace(/\\([$`"\\\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped))
}

function unbalanced(mark: string): AppError {
  return mark === '\\'
    ? new AppError('CONFIG', 'The credential command ends with a backslash', {hint: 'Remove it, or write \\\\'})
    : new AppError('CONFIG', `The credential command has a quote that is not closed: ${mark}`, {
        hint: `Close it, or write \\${mark}`,
      })
}

/** A shell would set the variable. Here it would be the name of the program, with its value. */
function refuseAssignment(program: string): void {
  const name = /^[A-Za-z_]\w*(?==)/.exec(program)?.[0]
  if (name === undefined) return
  throw new AppError('CONFIG', `The credential command begins with an assignment to ${name}, which needs a shell`, {
    hint: `Begin it with: env ${name}=…`,
  })
}

/** Throw for a path that leads to another program in another folder, such as in a repository. */
function refuseRelative(program: string): void {
  const separator = process.platform === 'win32' ? /[\\/]/ : /\//
  if (!separator.test(program) || isAbsolute(program)) return
  throw new AppError('CONFIG', 'The credential command begins with a relative path, which each folder may change', {
    hint: 'Write the whole path of the program, or the name of a program in PATH',
  })
}
