import {AppError} from '../errors/app-error.ts'
import {findClosest, findOnlySimilar} from '../lib/closest.ts'
import {holdsToken} from '../lib/token-shape.ts'
import {findBorrowedFlag} from './borrowed-words.ts'
import {type CommandNode, HELP, knownFlags, VERSION} from './command-tree.ts'
import type {FlagFault} from './pflag.ts'
import type {StuckWalk, Suggestions} from './suggestions.ts'

/** No command or flag is longer than this. A longer word may be a secret. */
const SHOWN_LENGTH_MAX = 40

const SUGGESTIONS_MAX = 3

const TOKEN_SOURCES = 'with --token-file, in TOKENRY_VERIFY_TOKEN or on standard input'

/** An unknown command that may be one of a vendor's own tool. */
export class UnknownCommand extends AppError {
  readonly argv: readonly string[]
  readonly walk: StuckWalk
  /** Our commands for the same thing, as command lines. */
  readonly sameVerb: string[]

  constructor(argv: readonly string[], walk: StuckWalk, {corrected, sameVerb}: Suggestions) {
    const {node, helpWord, stuck} = walk
    const title = helpWord && node.path.length === 0 ? `${node.title} ${HELP.name}` : node.title
    super('USAGE', `Unknown command ${title} ${printable(stuck.word)}`, {
      hint: didYouMean([...corrected, ...sameVerb]) ?? `List the commands with: ${node.title} --help`,
    })
    this.argv = argv
    this.walk = walk
    this.sameVerb = sameVerb
  }
}

/** Return the error for an unknown command. */
export function unknownCommand(argv: readonly string[], walk: StuckWalk, suggestions: Suggestions): AppError {
  if (holdsToken(walk.stuck.word)) return tokenGiven('a command', walk.node)
  return new UnknownCommand(argv, walk, suggestions)
}

/** Return a question that names up to 3 command lines; undefined if there are none. */
export function didYouMean(commandLines: string[]): string | undefined {
  const named = [...new Set(commandLines)].slice(0, SUGGESTIONS_MAX)
  if (named.length === 0) return undefined
  return `Did you mean${named.length === 1 ? '' : ':'} ${named.join(', ')}?`
}

/** Return the error for words after `--`, which cannot name a command. They are not shown. */
export function commandMissing(title: string): AppError {
  return new AppError('USAGE', `${title} needs a command`, {hint: `List the commands with: ${title} --help`})
}

/** Return the error for too many arguments. They are not shown: one may be a token. */
export function tooManyArguments({title, command}: CommandNode, argumentsMax: number): AppError {
  const most = argumentsMax === 1 ? 'at most 1 argument' : `at most ${argumentsMax} arguments`
  return new AppError('USAGE', `${title} takes ${argumentsMax === 0 ? 'no arguments' : most}`, {
    hint: command?.readsToken
      ? `Give the token ${TOKEN_SOURCES}: others on this machine can read an argument`
      : `See how it is used: ${title} --help`,
  })
}

/**
 * Return the error for a token, or a part of one, in argv. No part of it is shown. `where` names
 * its position: `an argument`.
 */
export function tokenGiven(where: string, node: CommandNode): AppError {
  return new AppError(
    'USAGE',
    `A token, or text that looks like a part of one, is given as ${where}, where others on this machine can read it`,
    {
      hint: `${suggestInstead(node)}; rotate the token, because others may have seen it`,
    },
  )
}

/** Return the error for a command that got the same flag as a letter and as a word. */
export function twoNamesGiven({title}: CommandNode): AppError {
  return new AppError('USAGE', '-t and --name are the same flag, the name of the token to find, and differ', {
    hint: `Write: ${title} --name OLD --new-name NEW`,
  })
}

function suggestInstead({command}: CommandNode): string {
  if (command?.readsToken) return `Give it ${TOKEN_SOURCES}`
  if (command && 'token-file' in command.flags) {
    const takesId = Object.keys(command.args).length > 0
    return `Give ${takesId ? 'the id of the token, or ' : ''}the file that holds it with --token-file`
  }
  return 'Remove it from the command line'
}

/** Return the error for a wrong flag. `node` is the command or topic that argv names. */
export function unusableFlag({kind, spelling, written}: FlagFault, node: CommandNode): AppError {
  if (holdsToken(spelling)) return tokenGiven('a flag', node)
  const shown = printable(spelling)
  switch (kind) {
    case 'unknown': {
      const borrowed = findBorrowedFlag(spelling, node)
      const meant = flagMeant(written, node)
      const hint = borrowed ? `Write: ${borrowed}` : meant ? `Did you mean --${meant}?` : whereDashesAre(written, node)
      return new AppError('USAGE', `Unknown flag ${shown} for ${node.title}`, {hint})
    }
    case 'value missing':
      return new AppError('USAGE', `Flag ${shown} needs a value`, {hint: `Write ${shown} VALUE`})
    case 'not a boolean':
      return new AppError('USAGE', `Flag ${shown} takes true or false, or no value at all`, {
        hint: `Write ${shown} or ${shown}=false`,
      })
    case 'malformed':
      return new AppError('USAGE', `${shown} is not a flag`, {hint: 'Write a flag as --name=VALUE or --name VALUE'})
  }
}

/**
 * Return the flag that was probably meant. Finds --json for `-json` too, and for `-j` if no other
 * flag begins with it.
 */
function flagMeant(written: string, node: CommandNode): string | undefined {
  if (node.path.length === 0 && /^-v$/i.test(written)) return VERSION.name
  const word = written.replace(/^-+/, '')
  const names = knownFlags(node).map(({name}) => name)
  return findClosest(word, names) ?? (written.startsWith('--') ? findOnlySimilar(word, names) : undefined)
}

/**
 * Return the hint how to list the flags. The help of a topic lists only commands; the help of
 * tokenry itself lists flags that need no command.
 */
/** A text with white space is not a flag: SQL may begin with a comment. */
function whereDashesAre(written: string, node: CommandNode): string {
  const takesArguments = Object.keys(node.command?.args ?? {}).length > 0
  if (!takesArguments || !/\s/.test(written)) return whereFlagsAre(node)
  return `Write -- before an argument that begins with a dash: ${node.title} -- ARGUMENT`
}

function whereFlagsAre({title, path, command}: CommandNode): string {
  if (command || path.length === 0) return `List the flags with: ${title} --help`
  return `Flags belong to a command; list the commands with: ${title} --help`
}

/**
 * Return a typed word that is safe to print: control and invisible characters are escaped, and a
 * word that is too long is not shown.
 */
function printable(word: string): string {
  // The first test avoids splitting a huge word into characters.
  if (word.length > 2 * SHOWN_LENGTH_MAX || [...word].length > SHOWN_LENGTH_MAX) return '(too long to show)'
  const escaped = word.replace(/[\p{C}\p{Z}]/gu, (char) =>
    char === ' ' ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  )
  return /^$| /.test(escaped) ? `"${escaped}"` : escaped
}
