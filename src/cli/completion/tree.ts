import type {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import {aliasesAfter, HELP_TOPICS} from '../../argv/normalise-argv.ts'

export interface CompletedFlag {
  /** `--name`, and `-n` where there is one. */
  spellings: string[]
  text: string
  value: 'none' | 'file' | 'any' | string[]
}

/** What may follow these words: the commands and topics below, or the fixed values of an argument. */
export interface CompletedPath {
  /** Joined with spaces; empty for the root. */
  path: string
  /** The path with an alias in the place of its last word. */
  aliases: string[]
  words: [word: string, text: string][]
  flags: CompletedFlag[]
}

/** Every path of the command line that can be completed, the root first. Static words only: nothing is looked up anywhere. */
export function completionPaths(config: Config): CompletedPath[] {
  const topics = config.topics.filter(({hidden}) => !hidden).map(({name}) => name.replaceAll(':', ' '))
  return ['', ...topics.sort()].map((path) => {
    const command = config.findCommand(path.replaceAll(' ', ':'))
    const flags = command ? command.flags : globalFlags(config)
    const version = {spellings: ['--version'], text: 'Show the version', value: 'none' as const}
    return {
      path,
      aliases: listAliases(path.split(' '), topics),
      words: [...wordsBelow(path, config), ...(command ? fixedArguments(command) : [])],
      flags: [...Object.values(flags).map(completedFlag), HELP, ...(path === '' ? [version] : [])],
    }
  })
}

/** None of another path that has the same words: `de` is `deployment` at the top, and `delete` elsewhere. */
function listAliases(path: string[], topics: string[]): string[] {
  const above = path.slice(0, -1)
  return [...aliasesAfter(above)]
    .filter(([, word]) => word === path.at(-1))
    .map(([alias]) => [...above, alias].join(' '))
    .filter((spelling) => !topics.includes(spelling))
}

/** What `help` knows besides commands, as the paths say it. */
export const HELP_WORDS: readonly string[] = HELP_TOPICS

const HELP: CompletedFlag = {spellings: ['--help', '-h'], text: 'Show help', value: 'none'}

/** Those of `help` are those of every command, and nothing else. */
function globalFlags(config: Config): Record<string, Command.Flag.Cached> {
  return config.findCommand('help', {must: true}).flags
}

function wordsBelow(path: string, config: Config): [string, string][] {
  const depth = path === '' ? 0 : path.split(' ').length
  return config.topics
    .map(({name, description = ''}) => ({words: name.split(':'), description}))
    .filter(({words}) => words.length === depth + 1 && words.slice(0, depth).join(' ') === path)
    .map(({words, description}): [string, string] => [words[depth] ?? '', description])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function fixedArguments({args}: Command.Loadable): [string, string][] {
  const [first] = Object.values(args)
  return (first?.options ?? []).map((word) => [word, ''])
}

function completedFlag(flag: Command.Flag.Cached): CompletedFlag {
  const spellings = [`--${flag.name}`, ...(flag.char ? [`-${flag.char}`] : [])]
  const text = (flag.description ?? '').replaceAll('`', '')
  if (flag.type === 'boolean') return {spellings, text, value: 'none'}
  if (flag.options && flag.options.length > 0) return {spellings, text, value: [...flag.options]}
  return {spellings, text, value: flag.helpValue === 'FILE' ? 'file' : 'any'}
}
