import {foldCommand} from './fold-command.ts'
import {estimateWidth} from './ruler.ts'

/** Where a command to paste begins: after a colon. It goes on to the end. */
const COMMAND = /: (?=(?:tokenry|astro|npm|export|chmod|curl|jq|[A-Z_]+=\S+) )/

/**
 * Break a line between words, so that no line is wider than `width`; a longer word stays whole.
 * Lines after the first begin with `indent`. A command at the end of the line is folded so that it
 * can be pasted: several commands, after a comma, begin lines of their own.
 */
export function wrapWords(line: string, width: number, indent = ''): string {
  if (estimateWidth(line) <= width) return line
  const command = COMMAND.exec(line)
  if (!command) return wrapProse(line, width, indent)
  const start = command.index + command[0].length
  const commands = line.slice(start).split(/, (?=tokenry )/)
  const folded = commands.map((each) => foldCommand(each, width - indent.length)).join('\n')
  const prose = line.slice(0, start).trimEnd()
  return [...(prose === '' ? [] : [wrapProse(prose, width, indent)]), folded].join(`\n${indent}`)
}

function wrapProse(text: string, width: number, indent: string): string {
  const [start = ''] = /^ */.exec(text) ?? []
  const lines = [start]
  for (const word of text.slice(start.length).split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === start) lines[lines.length - 1] = `${last}${word}`
    else if (estimateWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`${indent}${word}`)
  }
  return lines.join('\n')
}
