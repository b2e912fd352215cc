import {type FindFlag, type FlagFault, type FlagShape, isFlagWord, readFlagWord} from './pflag.ts'

/**
 * A command as in oclif.manifest.json. Its id joins its words with colons:
 * `deployment:token:create`.
 */
export interface CommandShape {
  id: string
  flags: Record<string, FlagShape>
  args: Record<string, unknown>
  strict?: boolean
  /** True if the command reads a token from --token-file, TOKENRY_VERIFY_TOKEN or stdin. */
  readsToken?: boolean
}

export interface CliShape {
  bin: string
  commands: Record<string, CommandShape>
}

/** A node in the tree of commands: the root, a topic, a command, or both a topic and a command. */
export interface CommandNode {
  path: string[]
  /** The words as typed: `tokenry deployment token`. */
  title: string
  /** The command that the path names; undefined if the path is only a topic. */
  command: CommandShape | undefined
  /** The commands whose path begins with this path and is longer. */
  below: CommandShape[]
}

export interface Walk {
  node: CommandNode
  /** argv without the words that led to the node. */
  rest: string[]
  /** True if the word `help` came before these words. */
  helpWord: boolean
  /** The first word that is not a child of the node; the walk ended there. */
  stuck?: StuckWord
}

export interface StuckWord {
  word: string
  /** The index of the word in argv. */
  index: number
  /** The unknown flag before the word, if any. The word may be its value, and so a secret. */
  suspect: FlagFault | undefined
}

export const HELP: FlagShape = {name: 'help', char: 'h', type: 'boolean'}
export const VERSION: FlagShape = {name: 'version', type: 'boolean'}

/** Help pages that are not about commands: `tokenry help exit-codes`. */
export const HELP_TOPICS = ['exit-codes', 'environment'] as const
export type HelpTopic = (typeof HELP_TOPICS)[number]

// The aliases of the astro binary (contracts/astro-cli.md, section 1), and our own `md`, `ds`
// and `revoke`. As in astro, aliases of entities work only at the top. Those of `token` and of the
// verbs work in all our commands, for people who have learned them.
const TOP_ALIASES = new Map([
  ['de', 'deployment'],
  ['deployments', 'deployment'],
  ['wo', 'workspace'],
  ['org', 'organization'],
  ['md', 'motherduck'],
  ['ds', 'deltastream'],
])
const ALIASES = new Map([
  ['to', 'token'],
  ['ls', 'list'],
  ['cr', 'create'],
  ['up', 'update'],
  ['ro', 'rotate'],
  ['de', 'delete'],
  ['revoke', 'delete'],
])

/** Below these topics, the verbs are others (contracts/deltastream.md, section 4). */
const TOPIC_VERBS = new Map([
  [
    'deltastream',
    new Map([
      ['rotate', 'renew'],
      ['delete', 'drop'],
    ]),
  ],
])

/**
 * Return the aliases that may follow these words, with the word that each stands for. The command
 * itself need not exist here.
 */
export function aliasesAfter(path: readonly string[]): ReadonlyMap<string, string> {
  if (path.length === 0) return new Map([...ALIASES, ...TOP_ALIASES])
  // organization-token and workspace-token: their verbs have no aliases in the astro binary.
  if (path.at(-1)?.endsWith('-token')) return new Map()
  const verbs = TOPIC_VERBS.get(path[0] ?? '')
  if (!verbs) return ALIASES
  return new Map([...[...ALIASES].map(([alias, verb]) => [alias, verbs.get(verb) ?? verb] as const), ...verbs])
}

/**
 * Walk down the tree until a word is not a child of the node, or until `--help` or `--version`.
 * Flags on the way are skipped: the commands below decide whether a flag takes the next word. They
 * are parsed when the command is known. Throws nothing.
 */
export function walkTo(argv: readonly string[], cli: CliShape): Walk {
  let node = createRoot(cli)
  let helpWord = false
  let suspect: FlagFault | undefined
  const rest: string[] = []
  let index = 0
  while (index < argv.length && node.below.length > 0) {
    const word = argv[index] ?? ''
    if (word === '--') break
    if (isFlagWord(word)) {
      const {settings, takesNext, fault} = readFlagWord(word, argv[index + 1], flagsAtOrBelow(node))
      if (settings.some(({flag, value}) => (flag === HELP || flag === VERSION) && value === 'true')) break
      suspect = fault?.kind === 'unknown' && !word.includes('=') ? fault : undefined
      const end = index + (takesNext ? 2 : 1)
      rest.push(...argv.slice(index, end))
      index = end
      continue
    }
    const child = findChild(node, word) ?? (helpWord ? findHelpTopic(node, word, cli) : undefined)
    if (child) node = child
    else if (word === HELP.name && (node.path.length === 0 || index === argv.length - 1)) helpWord = true
    else if (takesArguments(node)) break
    else return {node, rest, helpWord, stuck: {word, index, suspect}}
    suspect = undefined
    index++
  }
  return {node, rest: rest.concat(argv.slice(index)), helpWord}
}

/**
 * Return the lookup of flags: those of the command or, for a topic, those of all commands below it.
 */
export function findFlags(node: CommandNode): FindFlag {
  return node.command ? (spelling) => findOwnFlag(node, spelling) : flagsAtOrBelow(node)
}

/** Return every flag that `findFlags` finds, each once. */
export function knownFlags(node: CommandNode): FlagShape[] {
  const commands = node.command ? [node.command] : node.below
  const flags = [...commands.flatMap((command) => Object.values(command.flags)), ...builtInFlags(node)]
  return [...new Map(flags.map((flag) => [flag.name, flag])).values()]
}

/**
 * Return the root. It omits the command `help`: the walk handles this word itself, even if the CLI
 * has no such command.
 */
function createRoot({bin, commands}: CliShape): CommandNode {
  const below = Object.values(commands).filter(({id}) => id !== HELP.name)
  return {path: [], title: bin, command: undefined, below}
}

function findChild(node: CommandNode, word: string): CommandNode | undefined {
  return enter(node, word) ?? enter(node, aliasesAfter(node.path).get(word) ?? '')
}

/**
 * Return the node of a help page, such as `exit-codes`; undefined for any other word. It takes the
 * flags of the command `help`, such as --json, and no further word.
 */
function findHelpTopic(node: CommandNode, word: string, {commands}: CliShape): CommandNode | undefined {
  if (node.path.length > 0 || !HELP_TOPICS.some((topic) => topic === word)) return undefined
  const help = commands[HELP.name]
  return {path: [word], title: `${node.title} ${HELP.name} ${word}`, command: undefined, below: help ? [help] : []}
}

function enter(node: CommandNode, word: string): CommandNode | undefined {
  if (word === '' || word.includes(':')) return undefined
  const path = [...node.path, word]
  const id = path.join(':')
  const command = node.below.find((candidate) => candidate.id === id)
  const below = node.below.filter((candidate) => candidate.id.startsWith(`${id}:`))
  return command || below.length > 0 ? {path, title: `${node.title} ${word}`, command, below} : undefined
}

/** Return the words that may follow the node. */
export function childWords(node: CommandNode): Set<string> {
  const words = node.below.flatMap(({id}) => id.split(':')[node.path.length] ?? [])
  return new Set(node.path.length === 0 ? [...words, HELP.name] : words)
}

function takesArguments({command}: CommandNode): boolean {
  return command !== undefined && (command.strict === false || Object.keys(command.args).length > 0)
}

function flagsAtOrBelow(node: CommandNode): FindFlag {
  return (spelling, next) => findOwnFlag(node, spelling) ?? findFlagBelow(node, spelling, next)
}

function findOwnFlag(node: CommandNode, spelling: string): FlagShape | undefined {
  const own = node.command && findFlag(node.command, spelling)
  return own ?? builtInFlags(node).find(({name, char}) => spelling === `--${name}` || spelling === `-${char}`)
}

/**
 * Find a flag before the verb is known. If the commands below disagree whether the flag takes a
 * value, it takes the next word, as cobra assumes for every flag that it does not know yet.
 * Exceptions: there is no next word, or it names a child below which the flag is a boolean.
 */
function findFlagBelow(node: CommandNode, spelling: string, next: string | undefined): FlagShape | undefined {
  const flags = flagsWithin(node, spelling)
  const boolean = flags.find(({type}) => type === 'boolean')
  const option = flags.find(({type}) => type === 'option')
  if (!boolean || !option) return flags[0]
  const child = next === undefined ? undefined : findChild(node, next)
  const childFlags = child ? flagsWithin(child, spelling) : []
  const isBoolean = childFlags.length > 0 && childFlags.every(({type}) => type === 'boolean')
  return isBoolean || next === undefined ? boolean : option
}

function flagsWithin({command, below}: CommandNode, spelling: string): FlagShape[] {
  const commands = command ? [command, ...below] : below
  return commands.flatMap((candidate) => findFlag(candidate, spelling) ?? [])
}

function findFlag({flags}: CommandShape, spelling: string): FlagShape | undefined {
  if (!spelling.startsWith('--')) {
    const letter = spelling.slice(1)
    return Object.values(flags).find(({char, charAliases}) => char === letter || charAliases?.includes(letter))
  }
  const name = spelling.slice(2)
  if (Object.hasOwn(flags, name)) return flags[name]
  return Object.values(flags).find(({aliases}) => aliases?.includes(name))
}

function builtInFlags(node: CommandNode): FlagShape[] {
  return node.path.length === 0 ? [HELP, VERSION] : [HELP]
}
