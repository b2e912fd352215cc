import type {CommandNode} from './command-tree.ts'

/** What a flag of another tool is called here. */
interface BorrowedFlag {
  /** Our flag. The text is an answer only for commands that have it. */
  flag: string
  /** What follows the command in the line to paste. */
  line: string
}

const JSON_LINE: BorrowedFlag = {flag: 'json', line: '--json'}
const EXPIRATION: BorrowedFlag = {flag: 'expiration', line: '--expiration 30d'}
const LIMIT: BorrowedFlag = {flag: 'limit', line: '--limit 20'}

/** Flags of gh, kubectl, aws, vault and other tools that create or list tokens. */
const FLAGS: Readonly<Record<string, BorrowedFlag>> = {
  '-o': JSON_LINE,
  '--format': JSON_LINE,
  '--output-format': JSON_LINE,
  '--jq': {flag: 'json', line: "--json | jq '.result'"},
  '--query': {flag: 'json', line: "--json | jq '.result'"},
  '--ttl': EXPIRATION,
  '--duration': EXPIRATION,
  '--expires-in': EXPIRATION,
  '--lifetime': EXPIRATION,
  '--validity': EXPIRATION,
  '--max': LIMIT,
  '--head': LIMIT,
  '--colour': {flag: 'no-color', line: '--no-color'},
  '--color': {flag: 'no-color', line: '--no-color'},
}

/** Verbs of other tools, with ours. The first one that the topic has is meant. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  show: ['get', 'show', 'list'],
  info: ['get', 'show', 'list'],
  describe: ['get', 'show', 'list'],
  inspect: ['get'],
  view: ['get', 'show', 'list'],
  new: ['create', 'add'],
  add: ['create'],
  generate: ['create'],
  remove: ['delete', 'remove', 'drop'],
  rm: ['delete', 'remove', 'drop'],
  edit: ['update'],
  set: ['update'],
  refresh: ['rotate', 'renew'],
  regenerate: ['rotate', 'renew'],
}

/** Commands of other tools at the top, with the lines to run instead. */
const TOP: Readonly<Record<string, readonly string[]>> = {
  status: ['tokenry whoami', 'tokenry context list'],
  info: ['tokenry whoami', 'tokenry context list'],
  config: ['tokenry context list', 'tokenry help environment'],
  upgrade: ['npm install --global tokenry@latest'],
  update: ['npm install --global tokenry@latest'],
  tokens: ['tokenry token list', 'tokenry deployment token list'],
}

/** Return the line for a flag of another tool; undefined if it is unknown, or fits no flag here. */
export function findBorrowedFlag(spelling: string, {title, command}: CommandNode): string | undefined {
  const borrowed = FLAGS[spelling]
  if (!borrowed || !command || !(borrowed.flag in command.flags)) return undefined
  // Elsewhere -o is the format of a list, or the file of a secret.
  const orFile = spelling === '-o' && 'output' in command.flags ? `, or for a file: ${title} --output FILE` : ''
  return `${title} ${borrowed.line}${orFile}`
}

/**
 * Return the lines for a command of another tool: at the top, or a verb for which this topic has
 * its own. `children`: the words that may follow the topic.
 */
export function findBorrowedCommand(
  word: string,
  {title, path}: CommandNode,
  children: ReadonlySet<string>,
): readonly string[] {
  if (path.length === 0 && Object.hasOwn(TOP, word)) return TOP[word] ?? []
  const verbs = Object.hasOwn(VERBS, word) ? (VERBS[word] ?? []) : []
  const ours = verbs.find((verb) => children.has(verb))
  return ours === undefined ? [] : [`${title} ${ours}`]
}
