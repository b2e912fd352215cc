import {
  aliasesAfter,
  type CliShape,
  type CommandNode,
  type CommandShape,
  childWords,
  findFlags,
  HELP,
  HELP_TOPICS,
  VERSION,
  walkTo,
} from '../../argv/command-tree.ts'
import {type FlagShape, type ParsedFlags, parseFlags, readFlagWord} from '../../argv/pflag.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import {escapeControl} from '../../output/escape.ts'
import type {Completes} from './completes.ts'

/** The maximum number of candidates. No one reads more, and a shell needs long to lay them out. */
export const CANDIDATES_MAX = 200

/**
 * A word that stands for the cursor. How the parser reads it shows what may be typed there. It is
 * never a word of argv, which cannot contain a NUL.
 */
const CURSOR = '-\0'

/** An argument or a flag as oclif.manifest.json has it, as far as completion needs it. */
export interface Completable {
  description?: string
  options?: string[]
  helpValue?: string
  completes?: Completes
}

type CompletableFlag = FlagShape & Completable

interface CompletableCommand extends CommandShape {
  summary?: string
  args: Record<string, Completable>
}

export interface CompletableCli extends CliShape {
  commands: Record<string, CompletableCommand>
  /** By their id. */
  topics: Partial<Record<string, {description: string}>>
}

export interface Candidate {
  /** The whole word that may replace the word at the cursor. */
  text: string
  description: string
}

export interface Completion {
  candidates: Candidate[]
  /** True if the shell should complete the names of files. */
  files: boolean
}

/** The place of the value to complete. */
export interface ValuePlace {
  /** The words of the command or the topic: `['deployment', 'token', 'create']`. */
  path: string[]
  /** The last value of every flag that was given, by name; booleans are 'true' or 'false'. */
  flags: Partial<Record<string, string>>
  /** The part of the value that was typed. */
  typed: string
}

interface CompleteOptions {
  cli: CompletableCli
  /** Find values that are not fixed words, such as the names of tokens. */
  lookUp(value: Completable & {completes: Completes}, place: ValuePlace): Promise<Candidate[]>
}

/**
 * Return what may replace `current`, the word at the cursor, after the words `before` it. The words
 * are those of argv, without quotes.
 *
 * Offer the long word of a command. If no long word begins with `current`, offer aliases: `ls`,
 * `revoke`. The words before the cursor may be aliases. Do not offer a flag again, unless it may be
 * repeated. Before the verb, offer the flags that all commands of the topic have. After a wrong
 * word, offer nothing.
 */
export async function complete(
  before: readonly string[],
  current: string,
  options: CompleteOptions,
): Promise<Completion> {
  const {node, rest, helpWord, stuck} = walkTo([...before, CURSOR], options.cli)
  if (stuck) return NOTHING
  const parsed = parseFlags(rest, findFlags(node))
  const position: Position = {...options, node, helpWord, parsed, current}
  const awaiting = [...parsed.flags.values()].find(({values}) => values.at(-1) === CURSOR)
  if (awaiting) return completeValue(awaiting.flag, '', position)
  const positionals = parsed.positionals.filter((word) => word !== CURSOR)
  const onlyArguments = positionals.length < parsed.positionals.length
  if (!onlyArguments && parsed.fault?.spelling !== CURSOR) return NOTHING
  if (!onlyArguments && current.startsWith('-')) return completeFlag(position)
  const words = positionals.length === 0 && !onlyArguments ? listWords(position) : []
  const argument = await completeArgument(positionals.length, position)
  const candidates = onlyArguments ? argument.candidates : argument.candidates.filter(({text}) => !text.startsWith('-'))
  return {...argument, candidates: [...words, ...candidates]}
}

const NOTHING: Completion = {candidates: [], files: false}

interface Position extends CompleteOptions {
  node: CommandNode
  /** True if the word `help` comes before the words of the command. */
  helpWord: boolean
  /** The words before the cursor. */
  parsed: ParsedFlags
  current: string
}

/** Complete a flag, or its value in the same word: `--role=DEP`, `-rDEP`. */
async function completeFlag(position: Position): Promise<Completion> {
  const {node, current} = position
  const last = readFlagWord(current, undefined, findFlags(node)).settings.at(-1)
  if (last?.flag.type === 'option') {
    return completeValue(last.flag, current.slice(0, current.length - last.value.length), position)
  }
  const offered = listFlags(position).flatMap(({name, char, description = ''}) =>
    [`--${name}`, ...(char === undefined ? [] : [`-${char}`])].map((text) => ({text, description})),
  )
  return {candidates: select(offered, current), files: false}
}

/**
 * Return the flags that every command of this node has. `help` has the flags that all commands
 * have.
 */
function listFlags({node, helpWord, parsed, cli}: Position): CompletableFlag[] {
  const commands = helpWord ? [cli.commands[HELP.name]] : node.command ? [node.command] : node.below
  const [first, ...others] = commands.map((command) => command?.flags ?? {})
  const shared = Object.values(first ?? {}).filter(({name}) => others.every((flags) => Object.hasOwn(flags, name)))
  const isRoot = node.path.length === 0 && !helpWord
  const all: CompletableFlag[] = [...shared, {...HELP, description: 'Show help'}]
  if (isRoot) all.push({...VERSION, description: 'Show the version'})
  return all.filter(({name, multiple}) => multiple || !parsed.flags.has(name))
}

/**
 * Complete the value of an argument or a flag. `prefix` is before it in the same word: `--role=`.
 */
async function completeValue(
  value: Completable | CompletableFlag,
  prefix: string,
  position: Position,
): Promise<Completion> {
  if (value.helpValue === 'FILE') return {candidates: [], files: true}
  const {node, parsed, current, lookUp} = position
  const {options = [], completes} = value
  const given = [...parsed.flags].map(([name, {values}]) => [name, values.findLast((word) => word !== CURSOR)])
  const flags = Object.fromEntries(given)
  const place = {path: node.path, flags, typed: current.slice(prefix.length)}
  const found = completes === undefined ? [] : await lookUp({...value, completes}, place)
  const known = new Set(found.map(({text}) => text))
  const fixed = options.filter((text) => !known.has(text)).map((text) => ({text, description: ''}))
  const words = [...fixed, ...found].map(({text, description}) => ({text: prefix + text, description}))
  return {candidates: select(words, current), files: false}
}

async function completeArgument(index: number, position: Position): Promise<Completion> {
  const {node, helpWord, cli} = position
  if (!node.command || helpWord) return NOTHING
  const argument = Object.values(cli.commands[node.command.id]?.args ?? {})[index]
  return argument ? completeValue(argument, '', position) : NOTHING
}

/** Return the commands and topics that may follow. */
function listWords({node, helpWord, cli, current}: Position): Candidate[] {
  const children = childWords(node)
  if (helpWord && node.path.length === 0) for (const topic of HELP_TOPICS) children.add(topic)
  const words = [...children].sort().map((word) => toWord(word, word))
  const long = select(words, current)
  if (long.length > 0) return long
  const aliases = [...aliasesAfter(node.path)].filter(([, word]) => children.has(word))
  return select(
    aliases.map(([alias, word]) => toWord(alias, word)),
    current,
  )

  function toWord(text: string, word: string): Candidate {
    const id = [...node.path, word].join(':')
    return {text, description: cli.commands[id]?.summary ?? cli.topics[id]?.description ?? ''}
  }
}

/**
 * Keep the candidates that begin with the typed text and are safe to show: names may come from
 * other people.
 */
function select(candidates: Candidate[], typed: string): Candidate[] {
  return candidates
    .filter(({text}) => text.startsWith(typed) && text === escapeControl(text) && !holdsToken(text))
    .slice(0, CANDIDATES_MAX)
}
