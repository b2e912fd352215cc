import {holdsToken} from '../lib/token-shape.ts'
import {type CliShape, type CommandNode, findFlags, HELP, VERSION, type Walk, walkTo} from './command-tree.ts'
import {type FlagShape, type ParsedFlags, parseBool, parseFlags} from './pflag.ts'
import {suggestionsFor} from './suggestions.ts'
import {
  commandMissing,
  tokenGiven,
  tooManyArguments,
  twoNamesGiven,
  unknownCommand,
  unusableFlag,
} from './usage-errors.ts'

export {type CliShape, type CommandShape, HELP_TOPICS, type HelpTopic} from './command-tree.ts'
export type {FlagShape} from './pflag.ts'

export type Invocation =
  | {kind: 'command'; id: string; argv: string[]}
  /** The words of a topic or command, aliases resolved; none for the root. */
  | {kind: 'help'; path: string[]}
  | {kind: 'version'}

/**
 * Read argv as the astro binary does (cobra and pflag), and write it in the one form that oclif
 * reads the same way: `--name=value` with shielded values, `--name` for a boolean that is true,
 * each flag once unless it is `multiple`, then `--` and the positionals.
 *
 * Stricter than cobra: an unknown command, too many arguments and a token are USAGE, the only error
 * thrown. More lenient: a command's own flags may come before its verb. As in cobra, a wrong flag
 * is an error even with `--help`.
 */
export function normaliseArgv(argv: readonly string[], cli: CliShape): Invocation {
  const {node, rest, helpWord} = findCommand(argv, cli)
  const {flags, spelled, positionals, fault} = parseFlags(rest, findFlags(node))
  if (fault) throw unusableFlag(fault, node)
  if (isOn(flags, HELP)) return {kind: 'help', path: node.path}
  if (isOn(flags, VERSION)) return {kind: 'version'}
  refuseTokens(node, flags, positionals)
  refuseTwoNames(node, spelled)
  if (isHelpWord(rest)) return {kind: 'help', path: node.path}
  refuseSurplus(node, positionals)
  if (helpWord || !node.command) return {kind: 'help', path: node.path}
  return {kind: 'command', id: node.command.id, argv: writeCanonical(flags, positionals)}
}

/**
 * Put a NUL before a value, to hide its dash: oclif refuses a value that looks like a flag of the
 * command, even in `--name=-c`. An argv from the operating system never contains NUL. Every value
 * gets this mark, and the parser of each option removes it.
 */
export function shieldValue(value: string): string {
  return `\0${value}`
}

/**
 * Remove one mark of `shieldValue`. A value without one (a default, a test) is returned unchanged.
 */
export function unshieldValue(value: string): string {
  return value.startsWith('\0') ? value.slice(1) : value
}

/**
 * Return whether this argv asks for --json, for the error of an argv that cannot be parsed. The
 * last --json before `--` decides. A value that is not a boolean counts as yes: its author reads
 * JSON. Never throws.
 */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const last = (end === -1 ? argv : argv.slice(0, end)).findLast((word) => /^--json(=|$)/.test(word))
  return last !== undefined && parseBool(last.slice('--json='.length)) !== false
}

/**
 * Return whether this argv asks for no colour, in help and in the error of an argv that cannot be
 * parsed, too. Never throws.
 */
export function wantsNoColor(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const last = (end === -1 ? argv : argv.slice(0, end)).findLast((word) => /^--no-colou?r(=|$)/.test(word))
  return last !== undefined && parseBool(last.split('=')[1] ?? 'true') !== false
}

/** Return whether this built-in flag is on. A command may have its own flag with the same name. */
function isOn(flags: ParsedFlags['flags'], flag: FlagShape): boolean {
  const used = flags.get(flag.name)
  return used?.flag === flag && used.values[0] === 'true'
}

function findCommand(argv: readonly string[], cli: CliShape): Walk {
  const walk = walkTo(argv, cli)
  const {node, stuck} = walk
  if (!stuck) return walk
  // The word may be the value of that flag, and so a secret: do not show it.
  if (stuck.suspect) throw unusableFlag(stuck.suspect, node)
  throw unknownCommand(argv, {...walk, stuck}, suggestionsFor(argv, cli, {...walk, stuck}))
}

/** Throw USAGE for a token in an argument or a flag, so that no later message can repeat it. */
function refuseTokens(node: CommandNode, flags: ParsedFlags['flags'], positionals: string[]): void {
  if (positionals.some(holdsToken)) throw tokenGiven('an argument', node)
  for (const {flag, values} of flags.values()) {
    if (!flag.takesSecret && values.some((value) => holdsToken(unshieldValue(value))))
      throw tokenGiven(`--${flag.name}`, node)
  }
}

function refuseSurplus(node: CommandNode, positionals: string[]): void {
  if (positionals.length === 0) return
  if (!node.command) throw commandMissing(node.title)
  const args = Object.values(node.command.args)
  const isOpen = node.command.strict === false || args.some(isVariadic)
  if (!isOpen && positionals.length > args.length) throw tooManyArguments(node, args.length)
}

/**
 * Throw USAGE for `update -t old --name new`: both are the same flag, which finds the token, so the
 * last one would choose a token that is not meant.
 */
function refuseTwoNames(node: CommandNode, spelled: ParsedFlags['spelled']): void {
  const [old, wanted] = [spelled.get('-t'), spelled.get('--name')]
  if (!node.command || !('new-name' in node.command.flags) || old === undefined || wanted === undefined) return
  if (unshieldValue(old) !== unshieldValue(wanted)) throw twoNamesGiven(node)
}

/**
 * Return whether `help` is all that follows the command, as in `token list help`. With a flag, or
 * after `--`, it is an argument.
 */
function isHelpWord(rest: readonly string[]): boolean {
  return rest.length === 1 && rest[0] === HELP.name
}

function isVariadic(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && 'multiple' in arg && arg.multiple === true
}

function writeCanonical(flags: ParsedFlags['flags'], positionals: string[]): string[] {
  const words = [...flags.values()].flatMap(({flag: {name, type}, values}) => {
    if (type === 'boolean') return values[0] === 'true' ? [`--${name}`] : []
    // A canonical argv may be normalised again: its values already have the mark.
    return values.map((value) => `--${name}=${shieldValue(unshieldValue(value))}`)
  })
  return positionals.length === 0 ? words : [...words, '--', ...positionals]
}
