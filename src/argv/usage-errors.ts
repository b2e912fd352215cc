import {AppError} from '../errors/app-error.ts'
import {findClosest} from '../lib/closest.ts'
import type {FlagFault, FlagShape} from './pflag.ts'

const SHOWN_LENGTH_MAX = 40

/** `title` is the part that is known, `tokenry deployment token`; `words` are what may follow it. */
export function unknownCommand(word: string, title: string, words: Iterable<string>): AppError {
  const meant = findClosest(word, words)
  return new AppError('USAGE', `Unknown command ${title} ${printable(word)}`, {
    hint: meant ? `Did you mean ${title} ${meant}?` : `List the commands with: ${title} --help`,
  })
}

/** Words that can name no command: after `--`. They are not shown. */
export function commandMissing(title: string): AppError {
  return new AppError('USAGE', `${title} needs a command`, {hint: `List the commands with: ${title} --help`})
}

/** The arguments too many are not shown: one may be a token. */
export function tooManyArguments(title: string, argumentsMax: number): AppError {
  const most = argumentsMax === 1 ? 'at most 1 argument' : `at most ${argumentsMax} arguments`
  return new AppError('USAGE', `${title} takes ${argumentsMax === 0 ? 'no arguments' : most}`, {
    hint: `See how it is used: ${title} --help`,
  })
}

/** `flags` are those that could have been meant. */
export function unusableFlag({kind, spelling, written}: FlagFault, title: string, flags: FlagShape[]): AppError {
  const shown = printable(spelling)
  switch (kind) {
    case 'unknown': {
      // Also finds --json for `-json` and, when no other flag begins so, for `-j`.
      const meant = findClosest(
        written.replace(/^-+/, ''),
        flags.map(({name}) => name),
      )
      return new AppError('USAGE', `Unknown flag ${shown} for ${title}`, {
        hint: meant ? `Did you mean --${meant}?` : `List the flags with: ${title} --help`,
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

/** What somebody typed, safe to print: no control or invisible characters, and not long enough for a whole token. */
function printable(word: string): string {
  const shown = [...word.slice(0, 2 * SHOWN_LENGTH_MAX)].slice(0, SHOWN_LENGTH_MAX).join('')
  const escaped = shown.replace(/[\p{C}\p{Z}]/gu, (char) =>
    char === ' ' ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  )
  const whole = shown === word ? escaped : `${escaped}…`
  return /^$| /.test(whole) ? `"${whole}"` : whole
}
