import {findClosest, findOnlySimilar} from '../lib/closest.ts'
import {findBorrowedCommand} from './borrowed-words.ts'
import {
  aliasesAfter,
  type CliShape,
  childWords,
  HELP,
  HELP_TOPICS,
  type StuckWord,
  VERSION,
  type Walk,
  walkTo,
} from './command-tree.ts'

/** The order of suggestions: tokens of deployments come first. */
const SCOPES = ['deployment', 'workspace', 'organization']

export type StuckWalk = Walk & {stuck: StuckWord}

/** Command lines, without flags and arguments. */
export interface Suggestions {
  /** The unknown word is a typing error. */
  corrected: string[]
  /**
   * The verb is right, but words before it are missing or wrong. Or it is a word of another tool.
   */
  sameVerb: string[]
}

/** Return what an argv with an unknown word probably means. */
export function suggestionsFor(argv: readonly string[], cli: CliShape, walk: StuckWalk): Suggestions {
  const {node, helpWord, stuck} = walk
  const isAtRoot = node.path.length === 0
  if (isAtRoot && !helpWord && stuck.word === VERSION.name) {
    return {corrected: [`${cli.bin} --${VERSION.name}`], sameVerb: []}
  }
  const children = childWords(node)
  const borrowed = helpWord ? [] : findBorrowedCommand(stuck.word, node, children)
  if (borrowed.length > 0) return {corrected: [], sameVerb: [...borrowed]}
  const words = new Set([...children, ...(isAtRoot && helpWord ? HELP_TOPICS : [])])
  const endings = commandsEnding([...node.path, stuck.word], cli)
  const meant = findClosest(stuck.word, words) ?? (endings.length > 0 ? undefined : findOnlySimilar(stuck.word, words))
  return {
    corrected: meant === undefined ? [] : correct(argv, cli, stuck.index, meant),
    sameVerb: endings.map((path) => formatPath(cli, helpWord, path)),
  }
}

/**
 * Replace the unknown word and walk again. Return the command or topic that is reached. If a later
 * word is unknown too, return the commands that end with it.
 */
function correct(argv: readonly string[], cli: CliShape, index: number, word: string): string[] {
  const {node, helpWord, stuck} = walkTo(argv.with(index, word), cli)
  const endings = stuck && !stuck.suspect ? commandsEnding([...node.path, stuck.word], cli) : []
  return (endings.length > 0 ? endings : [node.path]).map((path) => formatPath(cli, helpWord, path))
}

/**
 * Return the commands whose verb is the last word and whose path contains the other words in this
 * order: `token create` and `deployment create` both find `deployment token create`. Commands for
 * tokens come first.
 */
function commandsEnding(typed: string[], {commands}: CliShape): string[][] {
  const words = typed.map((word, index) => aliasesAfter(typed.slice(0, index)).get(word) ?? word)
  const paths = Object.keys(commands).map((id) => id.split(':'))
  const found = paths.filter((path) => path.at(-1) === words.at(-1) && holdsInOrder(path, words))
  const scopePosition = ([scope = '']: string[]) => (SCOPES.includes(scope) ? SCOPES.indexOf(scope) : SCOPES.length)
  const isOther = ([, group]: string[]) => Number(group !== 'token')
  return found.sort((a, b) => isOther(a) - isOther(b) || a.length - b.length || scopePosition(a) - scopePosition(b))
}

function holdsInOrder(path: string[], words: string[]): boolean {
  const left = [...words]
  for (const word of path) if (word === left[0]) left.shift()
  return left.length === 0
}

function formatPath({bin}: CliShape, helpWord: boolean, path: string[]): string {
  return [bin, ...(helpWord ? [HELP.name] : []), ...path].join(' ')
}
