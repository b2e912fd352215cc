import type {ToolCommand, ToolCommands} from '../config/vendor-tool.ts'
import {AppError} from '../errors/app-error.ts'
import {HELP} from './command-tree.ts'
import {isFlagWord} from './pflag.ts'
import {didYouMean, type UnknownCommand} from './usage-errors.ts'

/**
 * Return the error for a command that only a vendor's own tool has; undefined if it has no such
 * command. The error names the line to run, up to the command: a later word may be a secret. An
 * ellipsis stands for later words.
 */
export function explainToolCommand(unknown: UnknownCommand, tool: ToolCommands): AppError | undefined {
  const {argv, walk, sameVerb} = unknown
  const found = findToolCommand(unknown, tool)
  if (!found) return undefined
  const [bin = ''] = walk.node.title.split(' ')
  const words = walk.helpWord ? [HELP.name, ...found.path] : found.path
  const message = `Unknown command ${[bin, ...words].join(' ')}`
  const {ours} = found.command
  if (ours !== undefined) return new AppError('USAGE', message, {hint: `Did you mean ${bin} ${ours}?`})
  const hasMore = argv.filter((word) => !/^--json(=|$)/.test(word)).length > words.length
  const line = [tool.bin, ...words, ...(hasMore ? ['…'] : [])].join(' ')
  const question = didYouMean(sameVerb)
  return new AppError('USAGE', `${message}: ${bin} manages API tokens only, and this stays with ${tool.bin}`, {
    hint: question === undefined ? `Run: ${line}` : `${question} If not, run: ${line}`,
  })
}

/** Find the command in the tool. Flags between its words are skipped. */
function findToolCommand(
  {argv, walk: {node, stuck}}: UnknownCommand,
  {below}: ToolCommands,
): {path: string[]; command: ToolCommand} | undefined {
  const words = argv.slice(stuck.index).filter((word) => !isFlagWord(word))
  const path = [...node.path]
  for (const word of words) {
    const topic = path.join(' ')
    const commands = Object.hasOwn(below, topic) ? Object.entries(below[topic] ?? {}) : []
    const found = commands.find(([name, {aliases = []}]) => name === word || aliases.includes(word))
    if (found) return {path: [...path, found[0]], command: found[1]}
    path.push(word)
    if (!Object.hasOwn(below, path.join(' '))) return undefined
  }
  return undefined
}
