import {estimateWidth} from './ruler.ts'

/**
 * Return a command line as an example of help: with a `$` before it, and folded with `\` if it is
 * wider than `width`. A fold comes before a flag rather than between a flag and its value, and
 * never inside quotes.
 */
export function foldExample(line: string, width: number): string {
  return fold(splitUnits(line), width, ' \\')
}

/** Return a line of usage with a `$` before it. Text in brackets stays together. */
export function foldUsage(line: string, width: number): string {
  return fold(line.match(/\[[^\]]*\]|\S+/g) ?? [], width, '')
}

/**
 * Return a command line without a `$`, folded in the same way. It can be pasted as a whole. Not cut
 * inside a word: a word may be longer than `width`.
 */
export function foldCommand(line: string, width: number): string {
  return estimateWidth(line) <= width ? line : fold(splitUnits(line), width, ' \\').slice('$ '.length)
}

/** Join the units into lines. `suffix` ends every line except the last. */
function fold(units: string[], width: number, suffix: string): string {
  const lines = ['$']
  for (const unit of units) {
    const last = lines.at(-1) ?? ''
    if (last === '$' || estimateWidth(`${last} ${unit}${suffix}`) <= width) {
      lines[lines.length - 1] = `${last} ${unit}`
    } else lines.push(`    ${unit}`)
  }
  return lines.join(`${suffix}\n`)
}

/** Split into words. A flag and its value stay together. */
function splitUnits(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  const units: string[] = []
  for (const word of words) {
    const last = units.at(-1)
    if (last?.startsWith('--') && !last.includes(' ') && !word.startsWith('--')) {
      units[units.length - 1] = `${last} ${word}`
    } else units.push(word)
  }
  return units
}
