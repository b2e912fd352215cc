import {holdsToken} from '../lib/token-shape.ts'
import {type CliShape, type CommandNode, findFlags, HELP, VERSION, type Walk, walkTo} from './command-tree.ts'
import {type FlagShape, type ParsedFlags, parseBool, parseFlags} from './pflag.ts'
import {suggestionsFor} from './suggestions.ts'
import {commandMissing, tokenGiven, tooManyArguments, unknownCommand, unusableFlag} from './usage-errors.ts'

export {type CliShape, type CommandShape, HELP_TOPICS, type HelpTopic} from './command-tree.ts'
export type {FlagShape} from './pflag.ts'

export type Invocation =
  | {kind: 'command'; id: string; argv: string[]}
  /** The words of a topic or command, aliases resolved; none for the root. */
  | {kind: 'help'; path: string[]}
  | {kind: 'version'}

/**
 * Reads argv as the astro binary would (cobra and pflag) and says it again in the one form that oclif reads the same way:
 * `--name=value` with shielded values, `--name` for a boolean that is true, each flag once, then `--` and the positionals.
 *
 * Stricter than cobra: an unknown command, arguments too many and a token are USAGE, the only error thrown. More lenient: a
 * command's own flags may stand before its verb. As in cobra, a flag that is wrong is an error even beside `--help`.
 */
export function normaliseArgv(argv: readonly string[], cli: CliShape): Invocation {
  const {node, rest, helpWord} = findCommand(argv, cli)
  const {flags, positionals, fault} = parseFlags(rest, findFlags(node))
  if (fault) throw unusableFlag(fault, node)
  if (isOn(flags, HELP)) return {kind: 'help', path: node.path}
  if (isOn(flags, VERSION)) return {kind: 'version'}
  refuseTokens(node, flags, positionals)
  refuseSurplus(node, positionals)
  if (helpWord || !node.command) return {kind: 'help', path: node.path}
  return {kind: 'command', id: node.command.id, argv: writeCanonical(flags, positionals)}
}

/**
 * oclif refuses a value that looks like a flag of the command, even in `--name=-c`. A NUL in front hides its dash, and an argv
 * from the operating system holds none, so that every value is marked and the parser of each option takes the mark off.
 */
export function shieldValue(value: string): string {
  return `\0${value}`
}

/** Takes one mark of `shieldValue` off; a value without one (a default, a test) is left as it is. */
export function unshieldValue(value: string): string {
  return value.startsWith('\0') ? value.slice(1) : value
}

/**
 * Whether this argv asks for --json, the last one before `--` deciding: for the error of an argv that cannot be parsed. Never
 * throws. A value that is no boolean asks too: whoever wrote it reads JSON.
 */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const last = (end === -1 ? argv : argv.slice(0, end)).findLast((word) => /^--json(=|$)/.test(word))
  return last !== undefined && parseBool(last.slice('--json='.length)) !== false
}

/** Whether this very flag is on: a command may have one of its own by the same name. */
function isOn(flags: ParsedFlags['flags'], flag: FlagShape): boolean {
  const used = flags.get(flag.name)
  return used?.flag === flag && used.values[0] === 'true'
}

function findCommand(argv: readonly string[], cli: CliShape): Walk {
  const walk = walkTo(argv, cli)
  const {node, stuck} = walk
  if (!stuck) return walk
  // The word may be the value of that flag, and a secret.
  if (stuck.suspect) throw unusableFlag(stuck.suspect, node)
  throw unknownCommand(stuck.word, walk, suggestionsFor(argv, cli, {...walk, stuck}))
}

/** A token where an id, a name or anything else belongs: no later message can repeat it. */
function refuseTokens(node: CommandNode, flags: ParsedFlags['flags'], positionals: string[]): void {
  if (positionals.some(holdsToken)) throw tokenGiven('an argument', node)
  for (const {flag, values} of flags.values()) {
    if (values.some((value) => holdsToken(unshieldValue(value)))) throw tokenGiven(`--${flag.name}`, node)
  }
}

function refuseSurplus(node: CommandNode, positionals: string[]): void {
  if (positionals.length === 0) return
  if (!node.command) throw commandMissing(node.title)
  const args = Object.values(node.command.args)
  const isOpen = node.command.strict === false || args.some(isVariadic)
  if (!isOpen && positionals.length > args.length) throw tooManyArguments(node, args.length)
}

function isVariadic(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && 'multiple' in arg && arg.multiple === true
}

function writeCanonical(flags: ParsedFlags['flags'], positionals: string[]): string[] {
  const words = [...flags.values()].flatMap(({flag: {name, type}, values}) => {
    if (type === 'boolean') return values[0] === 'true' ? [`--${name}`] : []
    // A canonical argv may come through here again: its values are marked already.
    return values.map((value) => `--${name}=${shieldValue(unshieldValue(value))}`)
  })
  return positionals.length === 0 ? words : [...words, '--', ...positionals]
}
