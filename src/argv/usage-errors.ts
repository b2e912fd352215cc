import {AppError} from '../errors/app-error.ts'
import {findClosest, findOnlySimilar} from '../lib/closest.ts'
import {holdsToken} from '../lib/token-shape.ts'
import {type CommandNode, HELP, knownFlags, VERSION, type Walk} from './command-tree.ts'
import type {FlagFault} from './pflag.ts'

/** A longer word names nothing here and may be a secret. */
const SHOWN_LENGTH_MAX = 40

const TOKEN_SOURCES = 'with --token-file, in TOKENRY_VERIFY_TOKEN or on standard input'

/** `suggestions` are whole command lines. */
export function unknownCommand(word: string, {node, helpWord}: Walk, suggestions: string[]): AppError {
  if (holdsToken(word)) return tokenGiven('a command', node)
  const title = helpWord && node.path.length === 0 ? `${node.title} ${HELP.name}` : node.title
  return new AppError('USAGE', `Unknown command ${title} ${printable(word)}`, {
    hint: didYouMean(suggestions) ?? `List the commands with: ${title} --help`,
  })
}

function didYouMean(suggestions: string[]): string | undefined {
  if (suggestions.length === 0) return undefined
  return `Did you mean${suggestions.length === 1 ? '' : ':'} ${suggestions.join(', ')}?`
}

/** Words that can name no command: after `--`. They are not shown. */
export function commandMissing(title: string): AppError {
  return new AppError('USAGE', `${title} needs a command`, {hint: `List the commands with: ${title} --help`})
}

/** The arguments too many are not shown: one may be a token. */
export function tooManyArguments({title, command}: CommandNode, argumentsMax: number): AppError {
  const most = argumentsMax === 1 ? 'at most 1 argument' : `at most ${argumentsMax} arguments`
  return new AppError('USAGE', `${title} takes ${argumentsMax === 0 ? 'no arguments' : most}`, {
    hint: command?.readsToken
      ? `Give the token ${TOKEN_SOURCES}: others on this machine can read an argument`
      : `See how it is used: ${title} --help`,
  })
}

/** A token or a part of one in argv, `where` it does not belong. It is not shown, not even in part. */
export function tokenGiven(where: string, node: CommandNode): AppError {
  return new AppError(
    'USAGE',
    `A token, or what looks like a part of one, is given as ${where}, where others on this machine can read it`,
    {
      hint: `${suggestInstead(node)}; rotate it, since others may have seen it`,
    },
  )
}

function suggestInstead({command}: CommandNode): string {
  if (command?.readsToken) return `Give it ${TOKEN_SOURCES}`
  if (command && 'token-file' in command.flags) {
    const takesId = Object.keys(command.args).length > 0
    return `Give ${takesId ? 'the id of the token, or ' : ''}the file that holds it with --token-file`
  }
  return 'Take it out of the command line'
}

/** `node` is where argv has led to. */
export function unusableFlag({kind, spelling, written}: FlagFault, node: CommandNode): AppError {
  if (holdsToken(spelling)) return tokenGiven('a flag', node)
  const shown = printable(spelling)
  switch (kind) {
    case 'unknown': {
      const meant = flagMeant(written, node)
      return new AppError('USAGE', `Unknown flag ${shown} for ${node.title}`, {
        hint: meant ? `Did you mean --${meant}?` : whereFlagsAre(node),
      })
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

/** Also finds --json for `-json` and, when no other flag begins so, for `-j`. */
function flagMeant(written: string, node: CommandNode): string | undefined {
  if (node.path.length === 0 && /^-v$/i.test(written)) return VERSION.name
  const word = written.replace(/^-+/, '')
  const names = knownFlags(node).map(({name}) => name)
  return findClosest(word, names) ?? (written.startsWith('--') ? findOnlySimilar(word, names) : undefined)
}

/** The help of a topic lists commands only, that of tokenry itself the flags that need none. */
function whereFlagsAre({title, path, command}: CommandNode): string {
  if (command || path.length === 0) return `List the flags with: ${title} --help`
  return `Flags belong to a command; list the commands with: ${title} --help`
}

/** What somebody typed, safe to print: no control or invisible characters, and nothing of what is too long to be a word. */
function printable(word: string): string {
  // Also keeps a huge word from costing anything.
  if (word.length > 2 * SHOWN_LENGTH_MAX || [...word].length > SHOWN_LENGTH_MAX) return '(too long to show)'
  const escaped = word.replace(/[\p{C}\p{Z}]/gu, (char) =>
    char === ' ' ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  )
  return /^$| /.test(escaped) ? `"${escaped}"` : escaped
}
